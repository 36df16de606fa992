import { expect, test } from 'vitest';
import { Profile } from '../../src/model/profile.ts';
import { Routing } from '../../src/model/routing.ts';
import { decide } from '../../src/route/decide.ts';
import { estimator } from '../../src/route/estimate.ts';
import type { BudgetLeft, Question } from '../../src/route/question.ts';

const routing = Routing.parse({
  categories: [],
  tiers: [],
  tools: [],
  default: { category: 'bugfix', tier: 'standard', tools: ['first', 'second'] },
});

function toolThatTakes(name: string, usd: number): Question['tools'][number] {
  const typical = { standard: { usd: [usd, 2 * usd], seconds: [100, 400] } };
  return { profile: Profile.parse({ name, binary: name, format: 'plain', typical }), installed: true };
}

const tools = [toolThatTakes('first', 3), toolThatTakes('second', 0.5)];

/** The decision for a task with a budget of its own, and with what the day's budgets leave. */
function decided(budget: number | undefined, left: Record<string, BudgetLeft> = {}) {
  const { tool, why, passed } = decide({
    request: { task: 'x', category: 'tests', budget },
    routing,
    tools,
    platform: 'any',
    estimate: estimator(
      {},
      tools.map(({ profile }) => profile),
    ),
    left: new Map(Object.entries(left)),
  });
  return { tool, why: why.replace(/.*; /, ''), passed };
}

test('a tool that would take more than the budget of the task stands back', () => {
  expect(decided(1)).toEqual({
    tool: 'second',
    why: 'second is the first choice for that among the tools within the budget.',
    passed: [{ tool: 'first', why: 'takes about $3.00, over the budget of $1' }],
  });
});

test('a tool whose budget of the day is used up, or has no room for the estimate, stands back', () => {
  const name = "the day's budget of first";
  expect(decided(undefined, { first: { name, usd: 0 } })).toMatchObject({
    tool: 'second',
    passed: [{ tool: 'first', why: `has nothing left: ${name} is used up` }],
  });
  expect(decided(undefined, { first: { name, usd: 2.5 } })).toMatchObject({
    tool: 'second',
    passed: [{ tool: 'first', why: `takes about $3.00, and ${name} has $2.50 left` }],
  });
  expect(decided(undefined, { first: { name, usd: 3 } })).toMatchObject({ tool: 'first' });
});

test('where no tool is within the budget the first is taken, and that is said', () => {
  const day = { name: "the day's budget", usd: 0.25 };
  expect(decided(undefined, { first: day, second: day })).toMatchObject({
    tool: 'first',
    why: "first is the first choice for that, although it takes about $3.00, and the day's budget has $0.25 left.",
  });
});
