import { textIn } from '../git/patch.ts';
import { isManifest, type ManifestChange } from '../guard/dependencies.ts';
import { evaluatePolicy, rulesFor } from '../guard/policy.ts';
import type { OutsideChange } from '../model/outside.ts';
import type { Patch } from '../model/patch.ts';
import type { Plan } from '../model/plan.ts';
import type { Finding } from '../model/verdict.ts';
import type { Category } from '../model/words.ts';
import { findSecrets } from '../verify/secrets.ts';

/** The two commits or trees that a change lies between. */
export interface Span {
  from: string;
  to: string;
}

/** What the rules are held against. Without a `span` there is no change that could be read. */
export interface Evidence {
  span: Span | null;
  readPatch: () => Promise<Patch | null>;
  outside: readonly OutsideChange[];
}

/** What the policy of a plan finds in a change and around it; gathers only what its rules ask for. */
export async function findingsOf(
  plan: Plan,
  category: Category | null,
  { span, readPatch, outside }: Evidence,
): Promise<Finding[]> {
  if (plan.policy === undefined) return [];
  const rules = rulesFor(plan.policy, category).filter(({ kind }) => kind === 'outside' || span !== null);
  const kinds = new Set(rules.map(({ kind }) => kind));
  const needsPatch = span !== null && [...kinds].some((kind) => kind !== 'outside');
  const patch = needsPatch ? await readPatch() : [];
  const secrets = kinds.has('secrets') && patch !== null ? await findSecrets(patch) : [];
  const manifests =
    kinds.has('dependencies') && span !== null
      ? await manifestsIn(plan.workplace.repo, span, patch ?? [])
      : [];
  return evaluatePolicy({ ...plan.policy, rules }, { category, patch, secrets, manifests, outside });
}

/** The findings that another look at the change cannot bring again: they tell of the time of the run. */
export function findingsAround(plan: Plan, findings: readonly Finding[]): Finding[] {
  const names = (plan.policy?.rules ?? []).flatMap(({ kind, name }) => (kind === 'outside' ? [name] : []));
  return findings.filter(({ rule }) => names.includes(rule));
}

async function manifestsIn(root: string, { from, to }: Span, patch: Patch): Promise<ManifestChange[]> {
  const found: ManifestChange[] = [];
  for (const { path } of patch.filter((file) => isManifest(file.path))) {
    const [before, after] = await Promise.all([textIn(root, from, path), textIn(root, to, path)]);
    found.push({ path, before, after });
  }
  return found;
}
