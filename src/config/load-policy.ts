import { messageOf, OrchestraError } from '../base/errors.ts';
import { checkYaml, type Fault, faultError } from '../base/yaml-file.ts';
import { Policy, type PolicyRule } from '../model/policy.ts';
import { type Environment, readLayers } from './layers.ts';
import { dangerOf } from './pattern-cost.ts';
import { trustState } from './trust.ts';

/** The rules in force, a repository's first. */
export interface LoadedPolicy {
  policy: Policy;
  /** What of the repository waits for trust, each as `autoApprove (.orchestra/policy.yaml:4)`. */
  untrusted: string[];
}

/**
 * The repository's rules, then the user's, then the shipped ones; a rule replaces those of its name further down, and
 * a later `autoApprove` the earlier one whole. Without trust a repository may only add rules. Throws `config` with file,
 * line and column.
 */
export function loadPolicy(sources: { env: Environment; repoRoot?: string | undefined }): LoadedPolicy {
  const { env, repoRoot } = sources;
  let rules: PolicyRule[] = [];
  let autoApprove: Policy['autoApprove'] | undefined;
  const untrusted: string[] = [];
  for (const { name, file } of readLayers('policy.yaml', env, repoRoot)) {
    const own = checkYaml(file, Policy.partial());
    const faults = ruleFaults(own.rules ?? []);
    if (faults.length > 0) throw faultError(file, faults);
    const trusted =
      name !== 'repo' || (repoRoot !== undefined && trustState(repoRoot, env).state === 'trusted');
    const weakens = (rule: PolicyRule) => !trusted && rules.some((other) => other.name === rule.name);
    for (const [index, rule] of (own.rules ?? []).entries())
      if (weakens(rule)) untrusted.push(`rule ${rule.name} (${file.lineOf(['rules', index])})`);
    const counting = (own.rules ?? []).filter((rule) => !weakens(rule));
    rules = [...counting, ...rules.filter((rule) => !counting.some((other) => other.name === rule.name))];
    if (own.autoApprove !== undefined && trusted) autoApprove = own.autoApprove;
    else if (own.autoApprove !== undefined) untrusted.push(`autoApprove (${file.lineOf(['autoApprove'])})`);
  }
  const whole = Policy.safeParse({ rules, autoApprove });
  if (whole.success) return { policy: whole.data, untrusted };
  throw new OrchestraError('internal', `config/policy.yaml is incomplete: ${messageOf(whole.error)}`);
}

function ruleFaults(rules: readonly PolicyRule[]): Fault[] {
  return rules.flatMap((rule, index): Fault[] => {
    const again = rules.findIndex((other) => other.name === rule.name) < index;
    if (again) return [{ path: ['rules', index, 'name'], text: `a second rule is called "${rule.name}"` }];
    if (rule.kind === 'licence') return patternFault(rule.name, rule.header, ['rules', index, 'header']);
    return rule.kind === 'lines' ? patternFault(rule.name, rule.match, ['rules', index, 'match']) : [];
  });
}

function patternFault(name: string, pattern: string, path: (string | number)[]): Fault[] {
  const what = `the pattern of "${name}"`;
  try {
    new RegExp(pattern);
  } catch (error) {
    return [
      { path, text: `${what} is not a regular expression: ${messageOf(error).replace(/^.*\/: /, '')}` },
    ];
  }
  const danger = dangerOf(pattern);
  return danger === undefined ? [] : [{ path, text: `${what} ${danger.text}`, hint: danger.hint }];
}
