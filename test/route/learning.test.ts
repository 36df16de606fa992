import { expect, test } from 'vitest';
import type { OrchestraEvent } from '../../src/model/event.ts';
import type { LedgerLine } from '../../src/model/ledger.ts';
import { Profile } from '../../src/model/profile.ts';
import { Routing } from '../../src/model/routing.ts';
import { decide } from '../../src/route/decide.ts';
import { estimator } from '../../src/route/estimate.ts';
import { type Learning, learnEvent, learnLine, nothingLearned } from '../../src/route/outcomes.ts';

const routing = Routing.parse({
  categories: [],
  tiers: [],
  tools: [],
  default: { category: 'bugfix', tier: 'standard', tools: ['first', 'second', 'third'] },
});
const names = ['first', 'second', 'third'];
const tools = names.map((name) => ({
  profile: Profile.parse({
    name,
    binary: name,
    format: 'plain',
    typical: { standard: { usd: [0.5, 2], seconds: [100, 400] } },
  }),
  installed: true,
}));

let task = 0;

function line(tool: string, status: string, more: Partial<LedgerLine> = {}): LedgerLine {
  task += 1;
  return {
    schema: 'orchestra.ledger/1',
    at: '2026-01-01T00:00:00.000Z',
    task: `task-${task}`,
    run: 1,
    tool,
    model: 'm',
    tokens: null,
    usd: 1,
    source: 'reported',
    prices: null,
    category: 'tests',
    tier: 'standard',
    seconds: 60,
    status,
    ...more,
  };
}

function event(name: string, body: object, run = 1): OrchestraEvent {
  return { seq: 1, at: '2026-01-01T00:00:00.000Z', task: name, run, ...body } as OrchestraEvent;
}

/** So many runs of a tool, of which every `one` of `of` goes well. */
function runs(
  learning: Learning,
  tool: string,
  count: number,
  one: number,
  of: number,
  more: Partial<LedgerLine> = {},
) {
  for (let at = 0; at < count; at += 1)
    learnLine(learning, line(tool, at % of < one ? 'done' : 'failed', more));
}

function route(learning: Learning, category: 'tests' | 'docs' = 'tests') {
  const request = { task: 'x', category };
  return decide({ request, routing, tools, platform: 'any', learned: learning.cells });
}

test('with an empty ledger nothing learned is used', () => {
  const learning = nothingLearned();
  const request = { task: 'x', category: 'tests' as const };
  expect(route(learning)).toEqual(decide({ request, routing, tools, platform: 'any' }));
});

test('after 300 outcomes in which one tool is twice as good for tests, tests go there, and other work does not', () => {
  const learning = nothingLearned();
  runs(learning, 'first', 100, 2, 5);
  runs(learning, 'second', 100, 4, 5);
  runs(learning, 'third', 100, 2, 5);
  const decided = route(learning);
  expect(decided.tool).toBe('second');
  expect(decided.why).toContain(
    'second has done better at that here: 80 of 100 went well, first 40 of 100 went well',
  );
  expect(decided.fallbacks).toEqual(['first', 'third']);
  expect(route(learning, 'docs').tool).toBe('first');
});

test('outcomes of other tiers count half', () => {
  const learning = nothingLearned();
  runs(learning, 'first', 30, 2, 5, { tier: 'complex' });
  runs(learning, 'second', 30, 4, 5, { tier: 'complex' });
  expect(route(learning).tool).toBe('first');
  runs(learning, 'first', 60, 2, 5, { tier: 'trivial' });
  runs(learning, 'second', 60, 4, 5, { tier: 'trivial' });
  expect(route(learning).tool).toBe('second');
});

test('with contradictory outcomes the choice stays where it was before anything was known', () => {
  const before = route(nothingLearned());
  const asBefore = (learning: Learning) => {
    const { tool, fallbacks, passed, why } = route(learning);
    expect({ tool, fallbacks, passed, why }).toEqual({
      tool: before.tool,
      fallbacks: before.fallbacks,
      passed: before.passed,
      why: before.why,
    });
  };
  const alike = nothingLearned();
  for (const tool of names) runs(alike, tool, 100, 1, 2);
  asBefore(alike);
  const alone = nothingLearned();
  runs(alone, 'first', 300, 1, 2);
  asBefore(alone);
  // Each is the better one for a while.
  const inTurns = nothingLearned();
  for (let turn = 0; turn < 6; turn += 1) {
    runs(inTurns, 'first', 25, turn % 2 === 0 ? 9 : 1, 10);
    runs(inTurns, 'second', 25, turn % 2 === 0 ? 1 : 9, 10);
  }
  asBefore(inTurns);
  // Each is passed over for the other as often.
  const bothWays = nothingLearned();
  for (let at = 0; at < 60; at += 1) {
    const [tool, passed] = at % 2 === 0 ? ['first', 'second'] : ['second', 'first'];
    const unforced = { category: 'tests', tier: 'standard', tool: passed, rule: 'default' };
    learnEvent(bothWays, event(`task-x${at}`, { type: 'requested', title: '', request: {} }, 0));
    const named = { ...before, tool, rule: '--tool', unforced };
    learnEvent(bothWays, event(`task-x${at}`, { type: 'routed', route: named }, 0));
  }
  expect(bothWays.cells['tests standard first']).toMatchObject({ overridden: 30 });
  asBefore(bothWays);
});

test('ten outcomes do not turn the world, a hundred do', () => {
  const learning = nothingLearned();
  runs(learning, 'first', 10, 0, 1);
  expect(route(learning).tool).toBe('first');
  runs(learning, 'first', 90, 0, 1);
  expect(route(learning)).toMatchObject({
    tool: 'second',
    why: expect.stringContaining(
      "second has not been tried at that here, and of first's tasks only 0 of 100 went well",
    ),
  });
});

test('a tool that does as well for half the price is preferred', () => {
  const learning = nothingLearned();
  runs(learning, 'first', 20, 4, 5, { usd: 1 });
  runs(learning, 'second', 20, 4, 5, { usd: 0.4 });
  expect(route(learning).why).toContain('second does that as well here for $0.40 in place of $1.00 of first');
});

test('flags win over what was learned, and a doubtful category gets the safe default', () => {
  const learning = nothingLearned();
  runs(learning, 'first', 100, 1, 5);
  runs(learning, 'second', 100, 4, 5);
  const ask = (request: object) =>
    decide({ request: { task: 'x', ...request }, routing, tools, platform: 'any', learned: learning.cells });
  expect(ask({ category: 'tests', tool: 'third' })).toMatchObject({
    tool: 'third',
    unforced: { category: 'bugfix', tool: 'first', rule: 'default' },
  });
  expect(ask({})).toMatchObject({ tool: 'first', confident: false });
});

test('a run in review is judged by approve, reject and retry, and one that failed without fault by nobody', () => {
  const learning = nothingLearned();
  const cell = () => learning.cells['tests standard first'];
  const started = () => {
    const one = line('first', 'review');
    learnLine(learning, one);
    return one.task;
  };
  const landed = started();
  expect(cell()).toMatchObject({ good: 0, bad: 0 });
  learnEvent(learning, event(landed, { type: 'approved', commit: null, onto: null, landed: null }));
  expect(cell()).toMatchObject({ good: 1, bad: 0 });
  learnEvent(learning, event(started(), { type: 'rejected', reason: 'no' }));
  expect(cell()).toMatchObject({ good: 1, bad: 1 });
  const again = started();
  learnEvent(learning, event(again, { type: 'queued', mode: 'retry' }, 0));
  learnEvent(learning, event(again, { type: 'routed', route: { ...route(learning), tool: 'second' } }, 0));
  expect(cell()).toMatchObject({ good: 1, bad: 2, switched: 1 });
  const limited = line('first', 'failed');
  learnLine(learning, limited);
  expect(cell()).toMatchObject({ bad: 3 });
  const settlement = { errors: [{ class: 'rate_limit', message: '' }] };
  learnEvent(learning, event(limited.task, { type: 'settled', settlement }));
  learnEvent(learning, event(limited.task, { type: 'queued', mode: 'retry' }, 0));
  expect(cell()).toMatchObject({ good: 1, bad: 2 });
});

test('a tool that the user passes over by name is counted once, for the first decision of a task', () => {
  const learning = nothingLearned();
  const named = { ...route(learning), tool: 'second', rule: '--tool' };
  const unforced = { category: 'tests', tier: 'standard', tool: 'first', rule: 'default' };
  learnEvent(learning, event('task-9', { type: 'requested', title: '', request: {} }, 0));
  for (let at = 0; at < 2; at += 1)
    learnEvent(learning, event('task-9', { type: 'routed', route: { ...named, unforced } }, 0));
  expect(learning.cells['tests standard first']).toMatchObject({ overridden: 1 });
});

test('estimates have P50 and P90, narrow to the model, and say what they rest on', () => {
  const learning = nothingLearned();
  for (let cents = 1; cents <= 19; cents += 1)
    learnLine(learning, line('first', 'done', { usd: cents / 100, seconds: cents }));
  const ask = estimator(
    learning.cells,
    tools.map(({ profile }) => profile),
  );
  const known = ask('tests', 'standard', 'first', 'm');
  expect(known).toMatchObject({ basis: 'median of 19 standard tests runs of first with m', secondsP90: 18 });
  expect([known.usd, known.usdP90].map((usd) => usd?.toFixed(2))).toEqual(['0.10', '0.18']);
  expect(ask('docs', 'standard', 'first', 'other').basis).toBe('median of 19 standard runs of first');
  expect(ask('docs', 'complex', 'first', null).basis).toBe('median of 19 runs of first');
  const unnamed = nothingLearned();
  for (let count = 0; count < 3; count += 1) learnLine(unnamed, line('first', 'done', { model: null }));
  const basis = 'median of 3 standard tests runs of first with its default model';
  expect(estimator(unnamed.cells)('tests', 'standard', 'first', null).basis).toBe(basis);
});

test('before there is history an estimate is what the profile declares, and says so', () => {
  const ask = estimator(
    {},
    tools.map(({ profile }) => profile),
  );
  expect(ask('tests', 'standard', 'first', null)).toEqual({
    usd: 0.5,
    usdP90: 2,
    seconds: 100,
    secondsP90: 400,
    basis: 'declared in the profile of first, not measured here',
  });
  expect(ask('tests', 'complex', 'first', null).basis).toBe('none');
});
