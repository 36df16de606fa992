import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cost, type Usage } from '../../src/model/usage.ts';
import { type Figures, runCost } from '../../src/settle/cost.ts';

const price = async (model: string, usage: Usage) =>
  model === 'unlisted'
    ? undefined
    : { usd: (usage.input + usage.output) / 1000, exact: model !== 'tiered', prices: 'list 1' };

function tokens(input: number, output = 0): Usage {
  return { input, output, cacheRead: 0, cacheWrite: 0 };
}

function figures(fields: Partial<Figures>): Figures {
  return {
    usage: null,
    usageScope: 'run',
    usageComplete: true,
    usageByModel: {},
    usd: null,
    model: 'm',
    ...fields,
  };
}

const session = (input: number, usd: number | null = null): Figures =>
  figures({ usage: tokens(input), usageScope: 'session', usd });

const costOf = (report: Figures, previous: Figures[] = [], model: string | null = null) =>
  runCost({ report, previous, model, price });

test('what the tool reports wins, tokens times list price come next', async () => {
  expect(await costOf(figures({ usage: tokens(5), usd: 0.25 }))).toEqual({
    usd: 0.25,
    source: 'reported',
    tokens: tokens(5),
    prices: null,
  });
  expect(await costOf(figures({ usage: tokens(5) }))).toMatchObject({
    usd: 0.005,
    source: 'computed',
    prices: 'list 1',
  });
});

test('incomplete figures, and prices that hang on the size of requests, are estimates', async () => {
  const cut = { usageComplete: false };
  expect(await costOf(figures({ usage: tokens(5), usd: 0.25, ...cut }))).toMatchObject({
    source: 'estimated',
  });
  expect(await costOf(figures({ usage: tokens(5), ...cut }))).toMatchObject({
    source: 'estimated',
    usd: 0.005,
  });
  expect(await costOf(figures({ usage: tokens(5), model: 'tiered' }))).toMatchObject({ source: 'estimated' });
});

test('nothing known is unknown, never 0', async () => {
  const unknown = { usd: null, source: 'unknown', tokens: null, prices: null };
  expect(await costOf(figures({}))).toEqual(unknown);
  expect(await costOf(figures({ usage: tokens(5), model: 'unlisted' }))).toEqual({
    ...unknown,
    tokens: tokens(5),
  });
  expect(await costOf(figures({ usage: tokens(5), model: null }))).toEqual({ ...unknown, tokens: tokens(5) });
  expect(await costOf(figures({ usage: tokens(5), model: null }), [], 'm')).toMatchObject({
    source: 'computed',
  });
});

test('a reported 0 counts only where no tokens were used', async () => {
  expect(await costOf(figures({ usage: tokens(0), usd: 0 }))).toMatchObject({ usd: 0, source: 'reported' });
  expect(await costOf(figures({ usage: tokens(5), usd: 0 }))).toMatchObject({
    usd: 0.005,
    source: 'computed',
  });
});

test.each([Number.NaN, -1, 1e308, Number.POSITIVE_INFINITY])('%d is no price and no count', async (wrong) => {
  expect(await costOf(figures({ usd: wrong }))).toMatchObject({ usd: null, source: 'unknown' });
  expect(await costOf(figures({ usage: tokens(wrong) }))).toMatchObject({ tokens: null, source: 'unknown' });
});

test('figures of a session count less what the runs before had', async () => {
  const first = session(37_992, 0.0808);
  const second = session(51_036, 0.1485);
  const third = session(60_000, 0.2163);
  expect(await costOf(first)).toMatchObject({ usd: 0.0808, tokens: tokens(37_992) });
  expect(await costOf(second, [first])).toMatchObject({
    usd: 0.0677,
    tokens: tokens(13_044),
    source: 'reported',
  });
  expect(await costOf(third, [first, second])).toMatchObject({ usd: 0.0678, tokens: tokens(8_964) });
});

test('figures of a run stay as they are, whatever came before', async () => {
  expect(await costOf(figures({ usage: tokens(5), usd: 0.5 }), [session(100, 9)])).toMatchObject({
    usd: 0.5,
    tokens: tokens(5),
  });
});

test('a session figure that shrank was the count of a run, and so are all later ones', async () => {
  const runs = [session(100, 0.107), session(80, 0.085)];
  expect(await costOf(runs[1] as Figures, runs.slice(0, 1))).toMatchObject({
    usd: 0.085,
    tokens: tokens(80),
  });
  expect(await costOf(session(90, 0.09), runs)).toMatchObject({ usd: 0.09, tokens: tokens(90) });
});

test('a run that was cut and told nothing leaves its part to the next figure of the session', async () => {
  const cut = figures({ usageScope: 'session', usageComplete: false });
  expect(await costOf(session(300), [session(100), cut])).toMatchObject({ tokens: tokens(200) });
});

test('a run that was cut is taken off with what it told', async () => {
  const cut = figures({ usage: tokens(50), usageComplete: false });
  expect(await costOf(session(300, 0.9), [session(100, 0.1), cut])).toMatchObject({
    tokens: tokens(150),
    source: 'computed',
  });
});

test('each model has its own price, and only what it did in this run', async () => {
  const report = { ...session(30), usageByModel: { m: tokens(20), tiered: tokens(10) } };
  expect(await costOf(report)).toMatchObject({ usd: 0.03, source: 'estimated' });
  const before = { ...session(10), usageByModel: { tiered: tokens(10) } };
  expect(await costOf(report, [before])).toMatchObject({ usd: 0.02, source: 'computed' });
  expect(await costOf({ ...report, usageByModel: { m: tokens(20), unlisted: tokens(10) } })).toMatchObject({
    usd: null,
    source: 'unknown',
    tokens: tokens(30),
  });
});

test('the costs of the runs of a session add up to its total', async () => {
  const parts = fc.array(fc.record({ used: fc.nat(1e6), cents: fc.nat(1000) }), {
    minLength: 1,
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(parts, async (runs) => {
      const reports: Figures[] = [];
      let [all, usd, input] = [0, 0, 0];
      for (const { used, cents } of runs) {
        const before = reports.at(-1);
        const report = session(
          (before?.usage?.input ?? 0) + used + 1,
          (before?.usd ?? 0) + cents / 100 + 0.01,
        );
        const cost = await costOf(report, reports);
        Cost.parse(cost);
        reports.push(report);
        usd += cost.usd ?? 0;
        input += cost.tokens?.input ?? 0;
        all += used + 1;
      }
      expect(input).toBe(all);
      expect(usd).toBeCloseTo(reports.at(-1)?.usd ?? 0, 6);
    }),
  );
});
