import * as z from 'zod';
import { parseDuration } from '../base/time.ts';
import type { LedgerLine } from '../model/ledger.ts';
import type { CostSource, Usage } from '../model/usage.ts';
import { eachLedgerLine } from '../store/ledger.ts';
import { field, type Operation } from './operation.ts';

const groupings = ['tool', 'model', 'task', 'category', 'repo', 'day'] as const;

const input = z.object({
  by: field(z.enum(groupings).default('tool'), {
    description: `group by ${groupings.join(', ')}`,
    value: 'WHAT',
  }),
  since: field(z.string().optional(), { description: 'only the last while, such as 7d', value: 'DUR' }),
});

/** A group of ledger lines. `usd` sums the known prices; `unknown` counts the runs without one. */
export interface CostGroup {
  key: string;
  runs: number;
  usd: number | null;
  tokens: Usage | null;
  sources: Partial<Record<CostSource, number>>;
  unknown: number;
}

/** `orchestra.cost/1`. `badLines` of the ledger could not be read and are in no sum. */
export interface CostDocument {
  schema: 'orchestra.cost/1';
  by: string;
  since: string | null;
  groups: CostGroup[];
  total: CostGroup;
  badLines: number;
}

/** Totals from the ledger, each with where its prices come from. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'cost',
  summary: 'what it has cost, from the ledger',
  effect: 'read',
  input,
  output: 'orchestra.cost/1',
  examples: ['orchestra cost', 'orchestra cost --by day --since 7d'],
  async run(caller, { by, since }) {
    const from = since === undefined ? undefined : new Date(Date.now() - parseDuration(since));
    const groups = new Map<string, CostGroup>();
    // Summed while reading: a long ledger needs no memory.
    const sum = (line: LedgerLine) => {
      const key = keyOf(line, by);
      const group = groups.get(key) ?? emptyGroup(key);
      if (group.runs === 0) groups.set(key, group);
      add(group, line);
    };
    const { bad } = eachLedgerLine(caller.home.ledger, sum, from === undefined ? {} : { since: from });
    const sorted = [...groups.values()].sort((a, b) =>
      by === 'day' ? (a.key < b.key ? -1 : 1) : (b.usd ?? 0) - (a.usd ?? 0),
    );
    return {
      documents: [
        {
          schema: 'orchestra.cost/1',
          by,
          since: from?.toISOString() ?? null,
          groups: sorted,
          total: totalOf(groups.values()),
          badLines: bad,
        },
      ],
    };
  },
};

function emptyGroup(key: string): CostGroup {
  return { key, runs: 0, usd: null, tokens: null, sources: {}, unknown: 0 };
}

function add(group: CostGroup, line: LedgerLine): void {
  group.runs += 1;
  group.sources[line.source] = (group.sources[line.source] ?? 0) + 1;
  if (line.usd === null) group.unknown += 1;
  else group.usd = (group.usd ?? 0) + line.usd;
  if (line.tokens !== null) addTokens(group, line.tokens);
}

// In place: one sum for each line would cost more than reading it.
function addTokens(group: CostGroup, tokens: Usage): void {
  group.tokens ??= { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  group.tokens.input += tokens.input;
  group.tokens.output += tokens.output;
  group.tokens.cacheRead += tokens.cacheRead;
  group.tokens.cacheWrite += tokens.cacheWrite;
}

function totalOf(groups: Iterable<CostGroup>): CostGroup {
  const total = emptyGroup('total');
  for (const { runs, usd, tokens, sources, unknown } of groups) {
    total.runs += runs;
    total.unknown += unknown;
    if (usd !== null) total.usd = (total.usd ?? 0) + usd;
    if (tokens !== null) addTokens(total, tokens);
    for (const [source, count] of Object.entries(sources) as [CostSource, number][])
      total.sources[source] = (total.sources[source] ?? 0) + count;
  }
  return total;
}

function keyOf(line: LedgerLine, by: (typeof groupings)[number]): string {
  if (by === 'day') return line.at.slice(0, 10);
  return line[by] ?? 'unknown';
}
