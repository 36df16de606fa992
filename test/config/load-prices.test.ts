import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadPrices } from '../../src/config/load-prices.ts';

function configWith(text: string) {
  const config = mkdtempSync(join(tmpdir(), 'prices-'));
  onTestFinished(() => rmSync(config, { recursive: true, force: true }));
  mkdirSync(join(config, 'orchestra'));
  writeFileSync(join(config, 'orchestra/prices.yaml'), text);
  return { XDG_CONFIG_HOME: config, HOME: config };
}

test("the user's prices come before the shipped ones, each list under a name that holds its version", () => {
  const lists = loadPrices(configWith('models:\n  my-model: { input: 1.5, output: 6 }\n'));
  expect(lists.map(({ name }) => name.replace(/[0-9a-f]{8}$/, 'HASH'))).toEqual([
    'user prices.yaml HASH',
    'shipped prices.yaml HASH',
  ]);
  expect(lists[0]?.rows).toEqual({ 'my-model': { input: 1.5, output: 6 } });
  expect(lists[1]?.rows).toEqual({});
});

test('another price is another version, the same one in another order is not', () => {
  const nameOf = (text: string) => loadPrices(configWith(text))[0]?.name;
  const one = nameOf('models:\n  a: { input: 1, output: 2 }\n  b: { input: 3, output: 4 }\n');
  expect(nameOf('models:\n  b: { input: 3, output: 4 }\n  a: { input: 1, output: 2 }\n')).toBe(one);
  expect(nameOf('models:\n  a: { input: 1, output: 2 }\n  b: { input: 3, output: 5 }\n')).not.toBe(one);
});

test.each([
  ['modles: {}\n', '~/orchestra/prices.yaml:1:1: unknown key "modles", did you mean "models"?.'],
  [
    'models:\n  a: { input: 1, output: 2, cacheRaed: 3 }\n',
    '~/orchestra/prices.yaml:2:29: unknown key "cacheRaed" in models.a, did you mean "cacheRead"?.',
  ],
  [
    'models:\n  a: { input: -1, output: 2 }\n',
    '~/orchestra/prices.yaml:2:15: models.a.input is -1, expected a number of 0 or more.',
  ],
  [
    'models:\n  a: { input: 1 }\n',
    '~/orchestra/prices.yaml:2:6: models.a.output is missing, expected a number of 0 or more.',
  ],
])('%j is told with file, line and column', (text, message) => {
  expect(() => loadPrices(configWith(text))).toThrow(message);
});
