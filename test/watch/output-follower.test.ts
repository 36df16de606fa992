import * as fs from 'node:fs';
import { expect, test } from 'vitest';
import { OutputFollower } from '../../src/watch/output-follower.ts';
import { runFolder } from './run-folder.ts';

test('a growing file is handed on from where the last call ended, at most so much at once', () => {
  const { output } = runFolder();
  const follower = new OutputFollower(output);
  let text = '';
  const read = (limit?: number) =>
    follower.read((bytes) => {
      text += Buffer.from(bytes).toString();
    }, limit);
  expect(read()).toBe(false);
  fs.writeFileSync(output, 'abc');
  expect(read()).toBe(false);
  fs.appendFileSync(output, 'def');
  expect(read(1)).toBe(true);
  expect(read()).toBe(false);
  expect(text).toBe('abcdef');
  fs.appendFileSync(output, 'x'.repeat(700_000));
  expect(read(300_000)).toBe(true);
  expect(text.length).toBeLessThan(700_000);
  while (read(300_000));
  expect(text).toBe(`abcdef${'x'.repeat(700_000)}`);
});

test('what is no file is an error and not an empty one', () => {
  const { dir } = runFolder();
  expect(() => new OutputFollower(dir).read(() => {})).toThrow(expect.objectContaining({ code: 'EISDIR' }));
});
