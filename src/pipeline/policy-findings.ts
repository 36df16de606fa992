import { textIn } from '../git/patch.ts';
import { isManifest, type ManifestChange } from '../guard/dependencies.ts';
import { evaluatePolicy, rulesFor } from '../guard/policy.ts';
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

/** What the policy of a plan finds in a change; gathers only what its rules ask for. */
export async function findingsOf(
  plan: Plan,
  category: Category | null,
  span: Span,
  readPatch: () => Promise<Patch | null>,
): Promise<Finding[]> {
  const { policy } = plan;
  const kinds = new Set(policy === undefined ? [] : rulesFor(policy, category).map(({ kind }) => kind));
  if (policy === undefined || kinds.size === 0) return [];
  const patch = await readPatch();
  const secrets = kinds.has('secrets') && patch !== null ? await findSecrets(patch) : [];
  const manifests = kinds.has('dependencies')
    ? await manifestsIn(plan.workplace.repo, span, patch ?? [])
    : [];
  return evaluatePolicy(policy, { category, patch, secrets, manifests });
}

async function manifestsIn(root: string, { from, to }: Span, patch: Patch): Promise<ManifestChange[]> {
  const found: ManifestChange[] = [];
  for (const { path } of patch.filter((file) => isManifest(file.path))) {
    const [before, after] = await Promise.all([textIn(root, from, path), textIn(root, to, path)]);
    found.push({ path, before, after });
  }
  return found;
}
