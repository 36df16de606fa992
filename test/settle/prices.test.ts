import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { PriceList } from '../../src/model/prices.ts';
import { priceOf } from '../../src/settle/prices.ts';

const usage = { input: 1121, output: 99, cacheRead: 4150, cacheWrite: 2150 };
const manifest = new URL('../../node_modules/@pydantic/genai-prices/package.json', import.meta.url);
const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };

test('tokens are priced by kind, from the public list, which is named with its version', async () => {
  const priced = await priceOf('claude-sonnet-5', usage, []);
  // $2 in, $10 out, $0.20 read and $2.50 written per million.
  expect(priced?.usd).toBeCloseTo((1121 * 2 + 99 * 10 + 4150 * 0.2 + 2150 * 2.5) / 1e6, 12);
  expect(priced).toMatchObject({ exact: true, prices: `genai-prices ${version}` });
});

test.each([
  'anthropic/claude-sonnet-4-5',
  'openrouter/anthropic/claude-sonnet-4-5',
  'claude-sonnet-4-5-20250929',
  'claude-sonnet-4-5@20250929',
  'claude-sonnet-4-5[1m]',
  ' claude-sonnet-4-5 ',
])('%j is found under its plain name', async (model) => {
  const plain = await priceOf('claude-sonnet-4-5', usage, []);
  expect(plain?.usd).toBeGreaterThan(0);
  expect((await priceOf(model, usage, []))?.usd).toBeCloseTo(plain?.usd ?? 0, 12);
});

test.each(['no-such-model', '', '/', ':', '__proto__', 'constructor'])('%j has no price', async (model) => {
  expect(await priceOf(model, usage, [])).toBeUndefined();
});

test('the first own list that knows the model comes before the public one; cache tokens without a rate cost as input', async () => {
  const rows = { 'claude-sonnet-5': { input: 1, output: 2 }, other: { input: 0, output: 0 } };
  const own: PriceList[] = [
    { name: 'empty', rows: {} },
    { name: 'own 1', rows },
    { name: 'own 2', rows: { 'claude-sonnet-5': { input: 7, output: 7 } } },
  ];
  expect(await priceOf('claude-sonnet-5', usage, own)).toEqual({
    usd: (1121 + 4150 + 2150 + 99 * 2) / 1e6,
    exact: true,
    prices: 'own 1',
  });
  const full = [{ name: 'full', rows: { m: { input: 1, output: 1, cacheRead: 0.1, cacheWrite: 2 } } }];
  expect((await priceOf('gateway/m', usage, full))?.usd).toBeCloseTo((1121 + 99 + 415 + 4300) / 1e6, 12);
});

test('a sum over the size at which one request would cost more is priced below it, and no longer exact', async () => {
  const small = { input: 100_000, output: 1000, cacheRead: 100_000, cacheWrite: 0 };
  const large = { input: 1_000_000, output: 10_000, cacheRead: 1_000_000, cacheWrite: 0 };
  const exact = await priceOf('gpt-6-sol', small, []);
  const summed = await priceOf('gpt-6-sol', large, []);
  expect(exact?.exact).toBe(true);
  expect(summed?.exact).toBe(false);
  expect(summed?.usd).toBeCloseTo((exact?.usd ?? 0) * 10, 9);
});

test('a model whose price changed is priced as of the day asked for', async () => {
  const early = await priceOf('gpt-5.6-sol', usage, [], new Date('2026-07-20'));
  const late = await priceOf('gpt-5.6-sol', usage, [], new Date('2026-10-01'));
  expect(early?.usd).not.toBe(late?.usd);
});
