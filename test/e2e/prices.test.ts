import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Stage } from '../support/stage.ts';

const priced = `#!/usr/bin/env bash
echo '{"type":"system","subtype":"init","session_id":"s","model":"house-model"}'
echo '{"type":"result","subtype":"success","is_error":false,"result":"Done.","session_id":"s","usage":{"input_tokens":1000,"output_tokens":100},"modelUsage":{"house-model":{"inputTokens":1000,"outputTokens":100,"cacheReadInputTokens":0,"cacheCreationInputTokens":0,"costUSD":0}},"total_cost_usd":0}'
`;

test('a price in the prices.yaml of the user makes the ledger line, which names the version of the list', async () => {
  const stage = new Stage();
  stage.tool(
    'house',
    { format: 'claude-stream-json', more: 'prices:\n  house-model: { input: 1, output: 1 }\n' },
    priced,
  );
  const given = ['delegate', '--tool', 'house', '--access', 'read-only', '--task', 'Look'];
  const ledger = () =>
    readFileSync(join(stage.home, 'ledger.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  const pricesFile = join(stage.config, 'orchestra/prices.yaml');
  const settle = async (prices: string) => {
    writeFileSync(pricesFile, prices);
    await stage.json(given);
    return ledger().at(-1);
  };
  mkdirSync(join(stage.config, 'orchestra'), { recursive: true });

  const own = await settle('models: {}\n');
  expect(own).toMatchObject({ usd: 0.0011, source: 'computed' });
  expect(own.prices).toMatch(/^tool profile [0-9a-f]{8}$/);

  const cheap = await settle('models:\n  house-model: { input: 10, output: 50 }\n');
  expect(cheap).toMatchObject({ usd: 0.015, source: 'computed' });
  expect(cheap.prices).toMatch(/^user prices\.yaml [0-9a-f]{8}$/);

  const dear = await settle('models:\n  house-model: { input: 20, output: 50 }\n');
  expect(dear.usd).toBe(0.025);
  expect(dear.prices).not.toBe(cheap.prices);

  writeFileSync(pricesFile, 'models:\n  house-model: { input: 20, outptu: 50 }\n');
  const refused = await stage.run(given);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain(
    'prices.yaml:2:29: unknown key "outptu" in models.house-model, did you mean "output"?',
  );
  expect(ledger()).toHaveLength(3);

  // Broken while a run goes on, it costs the price and not the run.
  writeFileSync(pricesFile, 'models: {}\n');
  const breaks = `echo 'x: 1' >'${pricesFile}'\n${priced}`;
  stage.tool('breaks', { format: 'claude-stream-json' }, breaks);
  const ended = await stage.json<Record<string, any>>([
    'delegate',
    '--tool',
    'breaks',
    '--access',
    'read-only',
    '--task',
    'x',
  ]);
  expect(ended.document).toMatchObject({ answer: 'Done.', cost: { usd: null, source: 'unknown' } });
  expect(ledger().at(-1)).toMatchObject({ usd: null, prices: null, tokens: { input: 1000, output: 100 } });
});
