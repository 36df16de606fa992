import { join } from 'node:path';
import { messageOf, OrchestraError } from '../base/errors.ts';
import { readJson, stampOf } from '../base/files.ts';
import { packageRoot } from '../base/package-root.ts';
import { checkYaml, type Fault, faultError, type YamlFile } from '../base/yaml-file.ts';
import { Routing, type Scorer } from '../model/routing.ts';
import { type Environment, type Layer, readLayers } from './layers.ts';
import { dangerOf } from './pattern-cost.ts';

/** The rules in force, in the order in which they are tried. */
export interface LoadedRouting {
  routing: Routing;
  /** What weighs the votes; undefined when the shipped file is not there. */
  scorer: Scorer | undefined;
  /** Where each rule comes from: `categories.docs-words` or `default.tier` to `config/routes.yaml:12`. */
  origins: Record<string, string>;
}

const LayerRouting = Routing.partial().extend({ default: Routing.shape.default.partial().optional() });

type RuleList = 'categories' | 'votes' | 'context' | 'tiers' | 'tools';
const ruleLists: readonly RuleList[] = ['categories', 'votes', 'context', 'tiers', 'tools'];
/** The keys of a rule that hold a pattern. */
const patternKeys = ['match', 'file', 'label', 'repo'] as const;

/**
 * The repository's rules, then the user's, then the shipped ones; a rule replaces those of its name further down, and
 * the default is overridden key by key. Throws `config` with file, line and column.
 */
export function loadRouting(sources: { env: Environment; repoRoot?: string | undefined }): LoadedRouting {
  const layers = readLayers('routes.yaml', sources.env, sources.repoRoot);
  const stamp = stampOf(scorerFile());
  const isSame = (layer: Layer, place: number) => layer.file === last?.layers[place]?.file;
  if (last?.stamp === stamp && last?.layers.length === layers.length && layers.every(isSame))
    return last.loaded;
  const loaded = put(layers);
  last = { layers, stamp, loaded };
  return loaded;
}

// The conductor asks at every task; a file that is unchanged is the same one.
let last: { layers: Layer[]; stamp: string | undefined; loaded: LoadedRouting } | undefined;

function put(layers: readonly Layer[]): LoadedRouting {
  const routing: Partial<Routing> = {};
  const origins: Record<string, string> = {};
  for (const { name, file } of layers) {
    const own = checkYaml(file, LayerRouting);
    // A test checks the shipped rules; here it would cost each start 10 ms.
    const faults = name === 'shipped' ? [] : ruleLists.flatMap((list) => ruleFaults(list, own[list] ?? []));
    if (faults.length > 0) throw faultError(file, faults);
    for (const list of ruleLists) putBefore(routing, list, own[list] ?? []);
    routing.default = { ...routing.default, ...own.default } as Routing['default'];
    noteOrigins(origins, own, file);
  }
  const whole = Routing.safeParse(routing);
  if (whole.success) return { routing: whole.data, scorer: shippedScorer(), origins };
  throw new OrchestraError('internal', `config/routes.yaml is incomplete: ${messageOf(whole.error)}`);
}

function scorerFile(): string {
  return join(packageRoot(), 'config', 'scorer.json');
}

// Made by a script and held to its shape by a test, so that it is not checked at each start.
function shippedScorer(): Scorer | undefined {
  return readJson(scorerFile()) as Scorer | undefined;
}

type Rule = { name: string; criteria?: number | undefined } & Partial<
  Record<(typeof patternKeys)[number], string>
>;

function ruleFaults(list: RuleList, rules: readonly Rule[]): Fault[] {
  const names = new Set<string>();
  return rules.flatMap((rule, index): Fault[] => {
    const again = names.has(rule.name);
    names.add(rule.name);
    if (again) return [{ path: [list, index, 'name'], text: `a second rule is called "${rule.name}"` }];
    const given = patternKeys.filter((key) => rule[key] !== undefined);
    const conditions = given.length + (rule.criteria === undefined ? 0 : 1);
    if (list === 'context' && conditions !== 1) {
      const text = `the rule "${rule.name}" needs exactly one of file, label, repo and criteria`;
      return [{ path: [list, index], text }];
    }
    return given.flatMap((key) => {
      const fault = patternFault(rule[key] ?? '');
      const text = `the pattern of "${rule.name}" ${fault?.text}`;
      return fault === undefined ? [] : [{ path: [list, index, key], text, hint: fault.hint }];
    });
  });
}

function patternFault(pattern: string): { text: string; hint: string } | undefined {
  try {
    new RegExp(pattern, 'i');
  } catch (error) {
    const why = messageOf(error).replace(/^.*\/i?: /, '');
    return {
      text: `is not a regular expression: ${why}`,
      hint: 'Put a backslash before a character that stands for itself.',
    };
  }
  return dangerOf(pattern);
}

function putBefore<L extends RuleList>(routing: Partial<Routing>, list: L, own: Routing[L]): void {
  const names = new Set(own.map((rule) => rule.name));
  const rest = (routing[list] ?? []).filter((rule) => !names.has(rule.name));
  routing[list] = [...own, ...rest] as Routing[L];
}

function noteOrigins(
  origins: Record<string, string>,
  own: Partial<Record<RuleList, Rule[]>> & { default?: object },
  file: YamlFile,
): void {
  for (const list of ruleLists) {
    for (const [index, rule] of (own[list] ?? []).entries())
      origins[`${list}.${rule.name}`] = file.lineOf([list, index]);
  }
  for (const key of Object.keys(own.default ?? {})) origins[`default.${key}`] = file.lineOf(['default', key]);
}
