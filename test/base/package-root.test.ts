import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot, packageRootAbove } from '../../src/base/package-root.ts';

test('the package is found from the sources', () => {
  expect(packageRoot()).toBe(join(import.meta.dirname, '..', '..'));
});

test('the package is found from a chunk of the bundle', () => {
  const root = fs.mkdtempSync(join(process.env.HOME ?? '', 'package-'));
  for (const folder of ['config', 'dist/abc']) fs.mkdirSync(join(root, folder), { recursive: true });
  for (const file of ['package.json', 'config/config.yaml', 'dist/package.json'])
    fs.writeFileSync(join(root, file), '');
  expect(packageRootAbove(join(root, 'dist', 'abc'))).toBe(root);
});

test('a folder outside any package is said so', () => {
  expect(() => packageRootAbove('/')).toThrow(
    'No package.json with a config folder beside it is found above /.',
  );
});
