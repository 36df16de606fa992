import * as fs from 'node:fs';
import { expect, test } from 'vitest';
import { operation } from '../../src/operations/cost.ts';
import { appendLedgerLine } from '../../src/store/ledger.ts';
import { aCost } from '../store/samples.ts';
import { callerIn, temporary } from './caller.ts';

function withLedger(...lines: Parameters<typeof aCost>[0][]) {
  const caller = callerIn(temporary());
  fs.mkdirSync(caller.home.root, { recursive: true });
  for (const [index, line] of lines.entries())
    appendLedgerLine(caller.home.ledger, aCost({ run: index + 1, ...line }));
  return caller;
}

const costs = async (caller: ReturnType<typeof withLedger>, given: { by?: string; since?: string } = {}) =>
  (await operation.run(caller, { by: 'tool', ...given } as never)).documents[0];

test('totals are grouped, dearest first, with where the prices come from, and unknown is no 0', async () => {
  const caller = withLedger(
    { tool: 'one', usd: 0.5, source: 'reported' },
    { tool: 'two', usd: 2, source: 'computed' },
    { tool: 'one', usd: 0.25, source: 'estimated' },
    { tool: 'three', usd: null, source: 'unknown', tokens: null },
  );
  fs.appendFileSync(caller.home.ledger, 'garbage\n');
  expect(await costs(caller)).toMatchObject({
    schema: 'orchestra.cost/1',
    by: 'tool',
    since: null,
    groups: [
      { key: 'two', runs: 1, usd: 2, sources: { computed: 1 }, unknown: 0 },
      {
        key: 'one',
        runs: 2,
        usd: 0.75,
        sources: { reported: 1, estimated: 1 },
        tokens: { input: 20, output: 40, cacheRead: 60, cacheWrite: 80 },
      },
      { key: 'three', runs: 1, usd: null, tokens: null, sources: { unknown: 1 }, unknown: 1 },
    ],
    total: { runs: 4, usd: 2.75, unknown: 1 },
    badLines: 1,
  });
});

test('days come in order, and what a line does not say is its own group', async () => {
  const caller = withLedger(
    { at: '2026-01-03T00:00:00.000Z', usd: 1, category: 'tests' },
    { at: '2026-01-02T23:59:59.999Z', usd: 5 },
  );
  expect(await costs(caller, { by: 'day' })).toMatchObject({
    groups: [{ key: '2026-01-02' }, { key: '2026-01-03' }],
  });
  expect(await costs(caller, { by: 'category' })).toMatchObject({
    groups: [
      { key: 'unknown', usd: 5 },
      { key: 'tests', usd: 1 },
    ],
  });
});

test('only the last while counts where it is asked for, and an empty ledger is no error', async () => {
  const caller = withLedger(
    { at: '2020-01-01T00:00:00.000Z', usd: 1 },
    { at: new Date().toISOString(), usd: 3 },
  );
  expect(await costs(caller, { since: '1h' })).toMatchObject({ total: { runs: 1, usd: 3 } });
  expect(await costs(callerIn(temporary()))).toMatchObject({
    groups: [],
    total: { runs: 0, usd: null },
    badLines: 0,
  });
});
