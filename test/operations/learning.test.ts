import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LedgerLine } from '../../src/model/ledger.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Route } from '../../src/model/route.ts';
import { operation as route } from '../../src/operations/route.ts';
import { type StatsDocument, operation as stats } from '../../src/operations/stats.ts';
import { operation as tune } from '../../src/operations/tune.ts';
import { appendLedgerLine } from '../../src/store/ledger.ts';
import { openStore } from '../../src/store/store.ts';
import { aCost, aTask, settled } from '../store/samples.ts';
import { callerIn, temporary } from './caller.ts';

type Caller = ReturnType<typeof callerIn>;

const testsTask = 'Write unit tests for the price parser';

/** Someone with the tools `usual` and `other` installed, of whom the rules prefer the first. */
function callerWithTools(more: Record<string, string> = {}): Caller {
  // No other tool is found, whatever this machine has.
  const caller = callerIn(temporary(), { PATH: '/nonexistent' });
  const folder = join(caller.env.HOME ?? '', '.config/orchestra');
  for (const [name, lines] of Object.entries({ usual: '', other: '', ...more })) {
    const dir = join(folder, 'tools', name);
    fs.mkdirSync(dir, { recursive: true });
    fs.writeFileSync(join(dir, 'run.sh'), '', { mode: 0o755 });
    const profile = `name: ${name}\nbinary: ./run.sh\nformat: plain\n${lines}`;
    fs.writeFileSync(join(dir, 'profile.yaml'), profile);
  }
  const rules = 'tools: [{ name: mine, tools: [usual, other] }]\n';
  fs.writeFileSync(join(folder, 'routes.yaml'), rules);
  return caller;
}

/** What a task of the past came to. */
interface Past {
  tool: string;
  good: boolean;
  usd?: number;
  estimate?: Route['estimate'];
}

/** Tasks of the past as a conductor leaves them, landed or rejected: events and ledger. */
function addPast(caller: Caller, decided: Route, past: readonly Past[]): void {
  const store = openStore(caller.home, { write: true });
  try {
    for (const { tool, good, usd = 0.25, estimate = { usd: null, seconds: null, basis: 'none' } } of past) {
      const { task } = store.createTask(aTask(testsTask), () => [
        { run: 0, body: { type: 'routed', route: { ...decided, tool, estimate } } },
        { run: 1, body: { type: 'planned', plan: { tool, model: null } as Plan } },
      ]);
      const { category, tier } = decided;
      const line: Partial<LedgerLine> = { task, tool, usd, category, tier, seconds: 5, status: 'review' };
      appendLedgerLine(caller.home.ledger, aCost(line));
      const end = settled('review');
      if (end.type === 'settled') end.settlement.cost = { usd, source: 'reported', tokens: null };
      const decision = good
        ? ({ type: 'approved', commit: null, onto: null, landed: null } as const)
        : ({ type: 'rejected', reason: 'no' } as const);
      store.appendWhen(task, () => [
        { run: 1, body: end },
        { run: 1, body: decision },
      ]);
    }
  } finally {
    store.close();
  }
}

async function routed(caller: Caller, flags: { why?: boolean } = {}): Promise<Route> {
  return (await route.run(caller, { task: testsTask, ...flags })).documents[0] as Route;
}

const times = (count: number, past: (at: number) => Past) =>
  Array.from({ length: count }, (_, at) => past(at));

test('300 outcomes turn the work to the better tool, and deleting what was learned brings the first day back', async () => {
  const caller = callerWithTools();
  const firstDay = await routed(caller, { why: true });
  expect(firstDay).toMatchObject({ category: 'tests', tool: 'usual', confident: true });
  const outcome = (at: number): Past =>
    at % 2 === 0 ? { tool: 'usual', good: at % 5 < 2 } : { tool: 'other', good: at % 5 < 4 };
  addPast(
    caller,
    firstDay,
    times(10, () => ({ tool: 'usual', good: false })),
  );
  await tune.run(caller, {});
  expect((await routed(caller)).tool).toBe('usual');
  addPast(caller, firstDay, times(290, outcome));
  await tune.run(caller, {});
  const learned = await routed(caller, { why: true });
  expect(learned).toMatchObject({ category: 'tests', tool: 'other', fallbacks: ['usual'] });
  expect(learned.why).toContain('other has done better at that here: 116 of 145 went well');
  await tune.run(caller, { forget: true });
  expect(await routed(caller, { why: true })).toEqual(firstDay);
});

test('outcomes that contradict each other leave the choice as it was, whichever came last', async () => {
  for (const lastIsGood of [true, false]) {
    const caller = callerWithTools();
    const decided = await routed(caller);
    const half = (good: boolean) =>
      times(60, (at) => ({ tool: at % 2 === 0 ? 'usual' : 'other', good: at % 2 === 0 ? good : !good }));
    addPast(caller, decided, [...half(!lastIsGood), ...half(lastIsGood)]);
    await tune.run(caller, {});
    const { tool, why } = await routed(caller);
    expect({ tool, why }).toEqual({ tool: decided.tool, why: decided.why });
  }
});

test('stats tell how often the truth lay within estimates that were made from the ledger', async () => {
  const caller = callerWithTools();
  const before = await routed(caller);
  addPast(
    caller,
    before,
    times(19, (at) => ({ tool: 'usual', good: true, usd: (at + 1) / 100 })),
  );
  const { estimate } = await routed(caller);
  expect([estimate.usd?.toFixed(2), estimate.usdP90?.toFixed(2)]).toEqual(['0.10', '0.18']);
  const truths = [0.02, 0.04, 0.06, 0.08, 0.11, 0.12, 0.14, 0.15, 0.17, 0.5];
  addPast(
    caller,
    before,
    truths.map((usd) => ({ tool: 'usual', good: true, usd, estimate })),
  );
  const [document] = (await stats.run(caller, { by: 'tool' })).documents as StatsDocument[];
  expect(document?.calibration.usd).toEqual({ estimates: 10, belowP50: 0.4, belowP90: 0.9 });
});

test('savings are told against the dearest tool installed, and not for a tool that is taken only by name', async () => {
  const typical = 'typical: { standard: { usd: [0.75, 2], seconds: [100, 400] } }\n';
  const caller = callerWithTools({ other: typical, scripted: 'automatic: false\n' });
  const decided = { ...(await routed(caller)), tier: 'standard' as const };
  addPast(caller, decided, [
    { tool: 'usual', good: true },
    { tool: 'scripted', good: true, usd: 0 },
  ]);
  const [document] = (await stats.run(caller, { by: 'tool' })).documents as StatsDocument[];
  expect(document?.groups.map(({ key, savedUsd }) => [key, savedUsd])).toEqual([
    ['scripted', null],
    ['usual', 0.5],
  ]);
});

test('a tool that has used up its budget of the day is passed over, and route says so', async () => {
  const caller = callerWithTools();
  const config = join(caller.env.HOME ?? '', '.config/orchestra/config.yaml');
  fs.writeFileSync(config, 'toolBudgets: { usual: 1 }\n');
  addPast(caller, await routed(caller), []);
  const at = new Date().toISOString();
  appendLedgerLine(caller.home.ledger, aCost({ at, tool: 'usual', usd: 0.5 }));
  expect((await routed(caller)).tool).toBe('usual');
  appendLedgerLine(caller.home.ledger, aCost({ at, tool: 'usual', usd: 0.75, run: 2 }));
  const { tool, passed } = await routed(caller);
  expect(tool).toBe('other');
  expect(passed).toContainEqual({
    tool: 'usual',
    why: "has nothing left: the day's budget of usual is used up",
  });
});
