import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { envFileText, environmentFor, writeEnvFile } from '../../src/spawn/environment.ts';

test('only allowed variables, HOME, PATH, TERM and LANG are kept, and extras come on top', () => {
  const callerEnv = {
    HOME: '/h',
    PATH: '/p',
    AWS_KEY: 'k',
    API_ONE: '1',
    API_TWO: '2',
    API: 'x',
    SECRET: 's',
    LANG: undefined,
  };
  expect(
    environmentFor({ callerEnv, allow: ['API_*', 'API'], extra: { PATH: '/q', ORCHESTRA_TASK: 'task-1' } }),
  ).toEqual({
    HOME: '/h',
    PATH: '/q',
    API_ONE: '1',
    API_TWO: '2',
    API: 'x',
    ORCHESTRA_TASK: 'task-1',
  });
});

test('what a surrounding run left is not taken for our own', () => {
  const callerEnv = { ORCHESTRA_SESSION: 'old', ORCHESTRA_RUN: 'old', ORCHESTRA_SCRIPT: 'mine' };
  expect(environmentFor({ callerEnv, allow: ['ORCHESTRA_*'] })).toEqual({ ORCHESTRA_SCRIPT: 'mine' });
});

test('bash reads back every value as it was, runs nothing, and meets no name it would refuse', () => {
  const values = [
    "it's",
    "''a'b''",
    '"q"',
    '$(touch x) `touch x`',
    'two\nlines\n',
    '',
    '\\',
    '!! ~ *',
    '\u001b[0m é',
    ' lead',
  ];
  const vars = Object.fromEntries(values.map((value, index) => [`V${index}`, value]));
  const text = envFileText({ ...vars, 'no-name': 'x', 'BASH_FUNC_f%%': '() { :; }', UID: '1', NUL: 'a\0b' });
  const dump = values.map((_, index) => `"$V${index}"`).join(' ');
  const result = spawnSync('bash', ['-c', `${text}\nprintf '%s\\0' ${dump}`], { encoding: 'utf8' });
  expect(result.stderr).toBe('');
  expect(result.stdout.split('\0').slice(0, -1)).toEqual(values);
  expect(text).not.toMatch(/no-name|BASH_FUNC|UID|NUL/);
});

test('the file is readable by its owner alone', () => {
  const dir = fs.mkdtempSync('/tmp/oenv-');
  onTestFinished(() => fs.rmSync(dir, { recursive: true }));
  writeEnvFile(join(dir, 'env'), { A: 'b' });
  expect(fs.statSync(join(dir, 'env')).mode & 0o777).toBe(0o600);
  expect(fs.readdirSync(dir)).toEqual(['env']);
});
