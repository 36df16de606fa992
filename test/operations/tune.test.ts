import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Home } from '../../src/model/home.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Route } from '../../src/model/route.ts';
import { operation as route } from '../../src/operations/route.ts';
import { type StatsDocument, operation as stats } from '../../src/operations/stats.ts';
import { type TuneDocument, operation as tune } from '../../src/operations/tune.ts';
import { lineDiff, withProposals } from '../../src/operations/tune-rules.ts';
import { appendLedgerLine } from '../../src/store/ledger.ts';
import { openStore } from '../../src/store/store.ts';
import { aCost, aTask, settled } from '../store/samples.ts';
import { callerIn, temporary } from './caller.ts';

interface Past {
  title: string;
  category?: Route['category'];
  tool?: string;
  approved?: boolean;
  status?: 'done' | 'review' | 'failed';
}

/** A task of the past that the router would have taken for frontend and given to `usual`. */
function addPast(
  home: Home,
  { title, category = 'frontend', tool = 'usual', approved = true, status = 'review' }: Past,
) {
  const store = openStore(home, { write: true });
  const unforced = { category: 'frontend' as const, tier: 'standard' as const, tool: 'usual', rule: 'looks' };
  const forced = category !== 'frontend' || tool !== 'usual';
  const decided: Route = {
    schema: 'orchestra.route/1',
    category,
    tier: 'standard',
    tool,
    model: null,
    rule: tool !== 'usual' ? '--tool' : category !== 'frontend' ? '--category' : 'looks',
    confidence: 1,
    fallbacks: [],
    estimate: { usd: 0.5, seconds: 10, usdP90: 1, secondsP90: 20, basis: 'x' },
    why: '',
    passed: [],
    ...(forced ? { unforced } : {}),
  };
  try {
    const { task } = store.createTask({ ...aTask(title), title }, () => [
      { run: 0, body: { type: 'routed', route: decided } },
      { run: 1, body: { type: 'planned', plan: { tool, model: null } as Plan } },
    ]);
    const cost = { usd: 0.25, source: 'reported' as const, tokens: null };
    const end = settled(status);
    if (end.type === 'settled') Object.assign(end.settlement, { cost });
    appendLedgerLine(home.ledger, aCost({ task, tool, category, tier: 'standard', status, seconds: 5 }));
    store.append(task, 1, end);
    if (status === 'review')
      store.append(
        task,
        1,
        approved
          ? { type: 'approved', commit: null, onto: null, landed: null }
          : { type: 'rejected', reason: 'no' },
      );
  } finally {
    store.close();
  }
}

async function tuned(caller: ReturnType<typeof callerIn>, flags: { apply?: boolean; forget?: boolean } = {}) {
  return (await tune.run(caller, flags)).documents[0] as TuneDocument;
}

test('tune shows which rule misroutes, proposes a rule as a diff, and writes it only when told', async () => {
  const caller = callerIn(temporary());
  for (const at of [1, 2, 3])
    addPast(caller.home, { title: `Change the ledger export ${at}`, category: 'backend' });
  for (const at of [1, 2]) addPast(caller.home, { title: `Change the colour ${at}`, approved: at === 1 });
  const file = join(caller.env.HOME ?? '', '.config/orchestra/routes.yaml');
  const shown = await tuned(caller);
  expect(shown.rules).toEqual([
    { rule: 'looks', tasks: 5, recategorised: 3, retooled: 0, rejected: 1, retried: 0, switched: 0 },
  ]);
  expect(shown.proposals).toEqual([
    {
      why: '3 of 5 tasks of rule looks were given --category backend',
      list: 'categories',
      rule: { name: 'tuned-looks-backend', match: '\\bledger\\b', category: 'backend', confidence: 0.8 },
    },
  ]);
  expect(shown).toMatchObject({
    applied: false,
    diff: expect.stringContaining('+   - name: tuned-looks-backend'),
  });
  expect(fs.existsSync(file)).toBe(false);
  expect((await tuned(caller, { apply: true })).applied).toBe(true);
  const [decided] = (await route.run(caller, { task: 'Round the ledger' })).documents as Route[];
  expect(decided).toMatchObject({ category: 'backend', rule: 'tuned-looks-backend' });
  expect((await tuned(caller)).proposals).toEqual([]);
});

test('a tool that is named more often than not is proposed for its category', async () => {
  const caller = callerIn(temporary());
  for (const title of ['a', 'b', 'c']) addPast(caller.home, { title, tool: 'other' });
  expect((await tuned(caller)).proposals.map(({ rule }) => rule)).toEqual([
    { name: 'tuned-frontend', categories: ['frontend'], tools: ['other', 'usual'] },
  ]);
  await tuned(caller, { apply: true });
  expect((await tuned(caller)).proposals).toEqual([]);
});

test('deleting the learned counts brings the first day back, and new outcomes count from there', async () => {
  const caller = callerIn(temporary());
  for (const title of ['a', 'b']) addPast(caller.home, { title });
  addPast(caller.home, { title: 'c', approved: false });
  expect((await tuned(caller)).learned).toMatchObject([{ tool: 'usual', good: 2, bad: 1 }]);
  fs.rmSync(join(caller.home.root, 'learned.json'));
  expect((await tuned(caller)).learned).toMatchObject([{ tool: 'usual', good: 2, bad: 1 }]);
  expect(await tuned(caller, { forget: true })).toMatchObject({ forgotten: true, learned: [] });
  addPast(caller.home, { title: 'd' });
  expect((await tuned(caller)).learned).toMatchObject([{ tool: 'usual', good: 1, bad: 0 }]);
  expect(fs.readFileSync(caller.home.ledger, 'utf8').trim().split('\n')).toHaveLength(4);
});

test('stats give success, cost, overrides and how often the truth lay within the estimates', async () => {
  const caller = callerIn(temporary());
  addPast(caller.home, { title: 'a' });
  addPast(caller.home, { title: 'b', approved: false });
  addPast(caller.home, { title: 'c', category: 'backend', status: 'done' });
  const [document] = (await stats.run(caller, { by: 'category' })).documents as StatsDocument[];
  expect(
    document?.groups.map(({ key, tasks, decided, succeeded, overrides, usd }) => ({
      key,
      tasks,
      decided,
      succeeded,
      overrides,
      usd,
    })),
  ).toEqual([
    { key: 'backend', tasks: 1, decided: 1, succeeded: 1, overrides: 1, usd: 0.25 },
    { key: 'frontend', tasks: 2, decided: 2, succeeded: 1, overrides: 0, usd: 0.5 },
  ]);
  expect(document?.calibration.usd).toEqual({ estimates: 3, belowP50: 1, belowP90: 1 });
  expect((await stats.run(caller, { by: 'tool' })).documents).toMatchObject([
    { groups: [{ key: 'usual', tasks: 3 }] },
  ]);
});

test('a home without tasks has empty figures', async () => {
  const caller = callerIn(temporary());
  expect((await stats.run(caller, { by: 'day' })).documents).toMatchObject([
    { groups: [], total: { tasks: 0 } },
  ]);
});

test('a proposal keeps the comments and rules of the file, and the diff shows what is new', () => {
  const before = '# mine\ncategories:\n  # why\n  - { name: own, match: a, category: docs }\n';
  const rule = { name: 'new', match: 'b', category: 'tests' };
  const after = withProposals(before, [{ why: '', list: 'categories', rule }]);
  expect(after).toContain('# mine');
  expect(after).toContain('name: own');
  expect(lineDiff(before, after)).toContain('+   - name: new');
  expect(withProposals(after, [{ why: '', list: 'categories', rule }])).toBe(after);
});
