import { parseDocument, YAMLSeq } from 'yaml';
import type { Routing } from '../model/routing.ts';
import type { PastTask } from '../pipeline/history.ts';

/** Overrides of one kind that it takes to propose a change. */
const leastTimes = 3;

/** How the decisions of one rule fared. */
export interface RuleRecord {
  rule: string;
  tasks: number;
  /** The user named another category. */
  recategorised: number;
  /** The user named another tool. */
  retooled: number;
  rejected: number;
  retried: number;
  /** Retried by another tool. */
  switched: number;
}

/** A rule to be added to the user's own. */
export interface Proposal {
  why: string;
  list: 'categories' | 'tools';
  rule: { name: string } & Record<string, unknown>;
}

/** The rules that decided tasks of the past, those with the most trouble first. */
export function ruleRecords(tasks: readonly PastTask[]): RuleRecord[] {
  const records = new Map<string, RuleRecord>();
  for (const task of tasks) {
    const { route } = task;
    if (route === undefined) continue;
    const rule = route.unforced?.rule ?? route.rule;
    const record = records.get(rule) ?? emptyRecord(rule);
    records.set(rule, record);
    record.tasks += 1;
    if (route.unforced !== undefined && route.unforced.category !== route.category) record.recategorised += 1;
    if (route.unforced !== undefined && route.unforced.tool !== route.tool) record.retooled += 1;
    if (task.success === false && task.decidedAt !== null) record.rejected += 1;
    if (task.retries > 0) record.retried += 1;
    if (task.switches > 0) record.switched += 1;
  }
  return [...records.values()].sort((a, b) => troubles(b) - troubles(a) || b.tasks - a.tasks);
}

function emptyRecord(rule: string): RuleRecord {
  return { rule, tasks: 0, recategorised: 0, retooled: 0, rejected: 0, retried: 0, switched: 0 };
}

function troubles(record: RuleRecord): number {
  return record.recategorised + record.retooled + record.rejected + record.retried;
}

/** Rules that would have decided as the user did, where the user did so at least three times and more often than not. */
export function proposals(tasks: readonly PastTask[], routing: Routing): Proposal[] {
  return [...categoryProposals(tasks, routing), ...toolProposals(tasks)];
}

function categoryProposals(tasks: readonly PastTask[], routing: Routing): Proposal[] {
  return [...groupBy(tasks, ({ route }) => route?.unforced?.rule ?? route?.rule)].flatMap(([rule, some]) => {
    const renamed = groupBy(
      some.filter(({ route }) => route?.unforced && route.unforced.category !== route.category),
      ({ route }) => route?.category,
    );
    return [...renamed].flatMap(([category, overridden]): Proposal[] => {
      const name = `tuned-${rule}-${category}`.replace(/[^a-z0-9-]/g, '');
      if (overridden.length < leastTimes || routing.categories.some((one) => one.name === name)) return [];
      const others = some.filter((task) => !overridden.includes(task));
      const match = telling(overridden, others) ?? patternOf(rule, overridden, others, routing);
      if (match === undefined) return [];
      const why = `${overridden.length} of ${some.length} tasks of rule ${rule} were given --category ${category}`;
      return [{ why, list: 'categories', rule: { name, match, category, confidence: 0.8 } }];
    });
  });
}

/** A word that most of the texts have and hardly any of the others, as a pattern. */
function telling(texts: readonly PastTask[], others: readonly PastTask[]): string | undefined {
  const wordsOf = ({ title }: PastTask) => new Set(title.toLowerCase().match(/[a-z][a-z-]{3,30}/g) ?? []);
  const counts = new Map<string, number>();
  for (const text of texts) for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const elsewhere = others.map(wordsOf);
  const [best] = [...counts]
    .filter(([word, count]) => {
      const strangers = elsewhere.filter((words) => words.has(word)).length;
      return count >= leastTimes && count >= 0.6 * texts.length && strangers * 4 <= count;
    })
    .sort((a, b) => b[1] - a[1] || b[0].length - a[0].length);
  return best === undefined ? undefined : `\\b${best[0]}\\b`;
}

// Without a word of their own, the whole rule is turned, when most of its tasks were.
function patternOf(
  rule: string,
  overridden: readonly PastTask[],
  others: readonly PastTask[],
  routing: Routing,
): string | undefined {
  if (overridden.length <= 2 * others.length) return undefined;
  return [...routing.categories, ...routing.votes].find(({ name }) => name === rule)?.match;
}

function toolProposals(tasks: readonly PastTask[]): Proposal[] {
  return [...groupBy(tasks, ({ route }) => route?.category)].flatMap(([category, some]) => {
    const named = groupBy(
      some.filter(({ route }) => route?.unforced && route.unforced.tool !== route.tool),
      ({ route }) => route?.tool ?? undefined,
    );
    return [...named].flatMap(([tool, overridden]): Proposal[] => {
      if (overridden.length < leastTimes || overridden.length * 2 <= some.length) return [];
      const passed = [...new Set(overridden.flatMap(({ route }) => route?.unforced?.tool ?? []))];
      const why = `${overridden.length} of ${some.length} ${category} tasks were given --tool ${tool}`;
      const rule = { name: `tuned-${category}`, categories: [category], tools: [tool, ...passed] };
      return [{ why, list: 'tools', rule }];
    });
  });
}

function groupBy(
  tasks: readonly PastTask[],
  key: (task: PastTask) => string | undefined,
): Map<string, PastTask[]> {
  const groups = new Map<string, PastTask[]>();
  for (const task of tasks) {
    const name = key(task);
    if (name !== undefined) groups.set(name, [...(groups.get(name) ?? []), task]);
  }
  return groups;
}

/** The user's file with the proposed rules before their own; a rule of the same name is replaced. Comments stay. */
export function withProposals(text: string, some: readonly Proposal[]): string {
  const document = parseDocument(text);
  for (const { list, rule } of some) {
    if (!document.has(list)) document.set(list, new YAMLSeq());
    const rules = document.get(list) as YAMLSeq;
    rules.items = rules.items.filter(
      (item) => (item as { get?(key: string): unknown }).get?.('name') !== rule.name,
    );
    rules.items.unshift(document.createNode(rule));
  }
  return document.toString({ lineWidth: 0 });
}

/** What changes from one text to the other, as lines with `-` and `+` and two lines around. */
export function lineDiff(before: string, after: string): string {
  const old = before === '' ? [] : before.replace(/\n$/, '').split('\n');
  const now = after === '' ? [] : after.replace(/\n$/, '').split('\n');
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail))
    tail += 1;
  if (head === old.length && head === now.length) return '';
  const from = Math.max(0, head - 2);
  return [
    `@@ line ${head + 1} @@`,
    ...old.slice(from, head).map((line) => `  ${line}`),
    ...old.slice(head, old.length - tail).map((line) => `- ${line}`),
    ...now.slice(head, now.length - tail).map((line) => `+ ${line}`),
    ...old.slice(old.length - tail, old.length - tail + 2).map((line) => `  ${line}`),
  ].join('\n');
}
