import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readJson } from '../../src/base/files.ts';
import { budgetsLeft } from '../../src/pipeline/budget-left.ts';
import type { Learning } from '../../src/route/outcomes.ts';
import { eventually } from '../support/stage.ts';
import { Inside } from './home.ts';

const counts = ({ stage }: Inside) => readJson(join(stage.home, 'learned.json')) as Learning;

test('what was settled, approved and rejected is counted at once, without another task', async () => {
  const inside = new Inside();
  const tasks = [
    await inside.add(['echo 1 > a.txt'], { category: 'tests', tier: 'standard' }),
    await inside.add(['echo 1 > b.txt'], { category: 'tests', tier: 'standard' }),
  ];
  await inside.conduct(...tasks);
  await eventually(() => Object.keys(counts(inside)?.tasks ?? {}).length === 2);
  const cell = () => counts(inside).cells['tests standard fake'];
  expect(counts(inside).tasks).toMatchObject({ [tasks[0] ?? '']: [[1, 'tests standard fake', null]] });
  expect(cell()).toMatchObject({ good: 0, bad: 0 });
  expect(await inside.stage.run(['approve', tasks[0] ?? ''])).toMatchObject({ code: 0 });
  expect(cell()).toMatchObject({ good: 1, bad: 0 });
  expect(await inside.stage.run(['reject', tasks[1] ?? '', '--reason', 'no'])).toMatchObject({ code: 0 });
  expect(cell()).toMatchObject({ good: 1, bad: 1 });
});

test('what the day has left for a tool is the least of its budgets, and without a budget nothing is asked', async () => {
  const inside = new Inside();
  const { home } = inside.world;
  expect(budgetsLeft(home, { dayBudget: null, toolBudgets: {} }, ['fake'])).toBeUndefined();
  const left = budgetsLeft(home, { dayBudget: 5, toolBudgets: { fake: 2 } }, ['fake', 'other']);
  expect(Object.fromEntries(left ?? [])).toEqual({
    fake: { name: "the day's budget of fake", usd: 2 },
    other: { name: "the day's budget", usd: 5 },
  });
});
