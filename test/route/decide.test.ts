import { expect, test } from 'vitest';
import { Profile } from '../../src/model/profile.ts';
import { noEstimate } from '../../src/model/route.ts';
import { Routing } from '../../src/model/routing.ts';
import { headOf } from '../../src/route/classify.ts';
import { decide } from '../../src/route/decide.ts';
import type { Question } from '../../src/route/question.ts';

const routing: Routing = Routing.parse({
  categories: [
    { name: 'first', match: '\\bdocs\\b', category: 'docs', confidence: 0.9 },
    { name: 'second', match: 'docs|page', category: 'frontend' },
    { name: 'pinned', match: 'bump', category: 'chore', tier: 'trivial' },
  ],
  tiers: [{ name: 'big', match: 'everywhere', tier: 'complex' }],
  tools: [
    { name: 'deep', tiers: ['complex'], tools: ['slow', 'quick'] },
    { name: 'writing', categories: ['docs'], tools: ['ghost', 'quick', 'slow'] },
  ],
  default: { category: 'bugfix', tier: 'standard', tools: ['quick', 'slow'] },
});

const models = { trivial: 'small', standard: 'middle', complex: 'large' };

function tool(name: string, installed = true, more: object = {}) {
  return { profile: Profile.parse({ name, binary: name, format: 'plain', ...more }), installed };
}

function ask(task: string, more: Partial<Question['request']> = {}, over: Partial<Question> = {}) {
  const tools = [tool('quick', true, { models }), tool('slow'), tool('stage', true, { automatic: false })];
  return decide({ request: { task, ...more }, routing, tools, platform: 'debian', ...over });
}

test('the first rule decides the category, its tool rule the order, the tier the model', () => {
  expect(ask('Write docs for the page')).toEqual({
    schema: 'orchestra.route/1',
    category: 'docs',
    tier: 'standard',
    tool: 'quick',
    model: 'middle',
    rule: 'first',
    confidence: 0.9,
    confident: true,
    fallbacks: ['slow'],
    estimate: noEstimate,
    why: '"docs" reads as docs (rule first), standard by default; quick is the first choice for that (rule writing) among the tools installed.',
    passed: [
      { tool: 'ghost', why: 'there is no profile of this name' },
      { tool: 'slow', why: 'comes after quick' },
      { tool: 'stage', why: 'taken only when asked for with --tool' },
    ],
  });
});

test('a text without any rule gets the default with little confidence', () => {
  expect(ask('Something')).toMatchObject({
    category: 'bugfix',
    rule: 'default',
    confidence: 0.2,
    tool: 'quick',
    why: 'No rule matches the text, so it is taken as bugfix, standard by default; quick is the safe default.',
  });
});

test('a rule without confidence of its own is believed by 0.7', () => {
  expect(ask('the page')).toMatchObject({ rule: 'second', confidence: 0.7 });
});

test("a tier comes from the flag, then the category's rule, then the tier rules, then the default", () => {
  expect(ask('page everywhere')).toMatchObject({ tier: 'complex', tool: 'slow', model: null });
  expect(ask('bump everywhere')).toMatchObject({ tier: 'trivial', model: 'small' });
  expect(ask('bump everywhere', { tier: 'standard' })).toMatchObject({ tier: 'standard', rule: 'pinned' });
});

test('--category decides in place of the rules', () => {
  const route = ask('the page', { category: 'docs' });
  expect(route).toMatchObject({ category: 'docs', rule: '--category', confidence: 1 });
  expect(route.why).toMatch(/^--category says docs, standard by default; /);
});

test('--tool decides alone: no fallbacks, also for a tool that is never chosen by itself', () => {
  expect(ask('the page', { tool: 'stage', model: 'odd' })).toMatchObject({
    tool: 'stage',
    model: 'odd',
    rule: '--tool',
    confidence: 1,
    fallbacks: [],
    passed: [
      { tool: 'quick', why: '--tool names stage' },
      { tool: 'slow', why: '--tool names stage' },
    ],
    why: '"page" reads as frontend (rule second), standard by default; stage was asked for with --tool with the model of --model.',
  });
});

test('an unknown --tool lists the known ones', () => {
  expect(() => ask('x', { tool: 'quik' })).toThrow(
    expect.objectContaining({
      code: 'usage',
      message: 'There is no tool called "quik".',
      hint: 'The tools are quick, slow, stage.',
    }),
  );
});

test.each([
  [{ debian: 'apt install a', any: 'npm i a' }, 'Install it: apt install a'],
  [{ macos: 'brew install a', any: 'npm i a' }, 'Install it: npm i a'],
  [{}, 'Put its program "a" on the PATH.'],
])('a --tool that is not installed says how to install it: %j', (install, hint) => {
  const tools = [tool('a', false, { title: 'Tool A', install })];
  expect(() => ask('x', { tool: 'a' }, { tools })).toThrow(
    expect.objectContaining({ code: 'unavailable', message: 'Tool A is not installed.', hint }),
  );
});

test('a tool that is not installed is passed over, and said so', () => {
  const route = ask('x', {}, { tools: [tool('quick', false), tool('slow')] });
  expect(route).toMatchObject({
    tool: 'slow',
    fallbacks: [],
    passed: [{ tool: 'quick', why: 'not installed' }],
  });
  expect(route.why).toMatch(/slow is the safe default among the tools installed\.$/);
});

test('with no tool to choose the tool is null', () => {
  const route = ask('x', {}, { tools: [tool('quick', false), tool('stage', true, { automatic: false })] });
  expect(route).toMatchObject({ tool: null, model: null, fallbacks: [], estimate: noEstimate });
  expect(route.passed).toEqual([
    { tool: 'quick', why: 'not installed' },
    { tool: 'slow', why: 'there is no profile of this name' },
    { tool: 'stage', why: 'taken only when asked for with --tool' },
  ]);
  expect(route.why).toMatch(/no tool that may be chosen for that is installed\.$/);
});

test("the user's own tools come after the named ones, those strong in the category first", () => {
  const tools = [tool('alpha'), tool('beta', true, { strengths: ['bugfix'] }), tool('slow'), tool('quick')];
  const route = ask('x', {}, { tools });
  expect([route.tool, ...route.fallbacks]).toEqual(['quick', 'slow', 'beta', 'alpha']);
});

test('the estimate is asked for what was decided', () => {
  const estimate = (...asked: unknown[]) => ({ usd: 1, seconds: 2, basis: asked.join(' ') });
  expect(ask('the page', {}, { estimate }).estimate.basis).toBe('frontend standard quick middle');
});

test('rules see the head of the text with single spaces and without control bytes', () => {
  expect(headOf(' a\n\tb\u001b[31m c\u0000')).toBe('a b c');
  expect(headOf('x'.repeat(1024 * 1024))).toHaveLength(4096);
  expect(ask(`${'x '.repeat(5000)} docs`).rule).toBe('default');
});

test('words of the text that would upset a terminal or the sentence are cut', () => {
  const wide = Routing.parse({ ...routing, categories: [{ name: 'all', match: '.+', category: 'docs' }] });
  const route = ask(`a${'b'.repeat(200)}\u001b]0;x\u0007`, {}, { routing: wide });
  expect(route.why.length).toBeLessThan(200);
  expect(route.why).not.toContain('\u001b');
});
