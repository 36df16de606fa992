import type { AutoApproval, Policy } from '../model/policy.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Category, Tier } from '../model/words.ts';

/** What is known of a task that asks to land by itself. */
export interface ApprovalFacts {
  category: Category | null;
  tier: Tier | null;
  verdict: Pick<Verdict, 'files' | 'checks' | 'findings'>;
}

/** Whether a task may land by itself; `why` names what is missing where it may not. Plans of before have no policy. */
export function mayLandItself(
  policy: Policy | undefined,
  facts: ApprovalFacts,
): { allowed: true; by: string } | { allowed: false; why: string } {
  const { findings = [], checks, files } = facts.verdict;
  if (policy === undefined) return { allowed: false, why: 'it was planned without a policy' };
  if (findings.length > 0)
    return { allowed: false, why: `the policy has found something (${findings[0]?.rule})` };
  if (checks.some((check) => !check.passed)) return { allowed: false, why: 'a check has not passed' };
  if (files === null) return { allowed: false, why: 'its change is not known' };
  let why = 'the policy allows no work to land by itself';
  for (const condition of policy.autoApprove) {
    const missing = missingFor(condition, facts);
    if (missing === undefined) return { allowed: true, by: condition.name };
    why = missing;
  }
  return { allowed: false, why };
}

function missingFor(condition: AutoApproval, { category, tier, verdict }: ApprovalFacts): string | undefined {
  const { categories, tiers, maxFiles, maxLines } = condition;
  const files = verdict.files ?? [];
  const lines = files.reduce((sum, file) => sum + (file.additions ?? 0) + (file.deletions ?? 0), 0);
  const proven = verdict.checks.some(
    ({ kind }) => kind === undefined || kind === 'command' || kind === 'tests',
  );
  if (condition.checks && !proven) return 'no command or test has checked it';
  if (categories !== undefined && (category === null || !categories.includes(category)))
    return `work of the category ${category ?? 'unknown'} is not among what may`;
  if (tiers !== undefined && (tier === null || !tiers.includes(tier)))
    return `work of the tier ${tier ?? 'unknown'} is not among what may`;
  if (maxFiles !== undefined && files.length > maxFiles)
    return `${files.length} files are changed, at most ${maxFiles} may be`;
  if (maxLines !== undefined && lines > maxLines)
    return `${lines} lines are changed, at most ${maxLines} may be`;
  return undefined;
}
