import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Stage } from '../support/stage.ts';

const texts: Record<string, string> = {
  'command substitution': 'Do $(touch canary) and `touch canary` now',
  quotes: `It's "quoted" 'twice' \\ and $HOME`,
  'several lines': 'first\n\n  second\ttab\r\nthird\n',
  emoji: 'Füge 🎉 hinzu — مرحبا 你好',
  'leading dashes': '--help -x ; rm -rf nothing',
  'tmux formats': '#{pane_id} #(touch canary) Enter;',
  'control bytes': 'a\u0003b\u0004c\u001b[201~d\u0007e',
  '200 KB': `${'x'.repeat(1000)}\n`.repeat(200),
};

test.each(Object.entries(texts))('%s reach the agent byte for byte and run nothing', async (_, text) => {
  const stage = new Stage();
  const { document } = await stage.json<any>(['delegate', '--tool', 'fake', '--task', '-'], { input: text });
  expect(fs.readFileSync(join(document.logs, 'seen-stdin'), 'utf8')).toBe(text);
  expect(fs.readFileSync(join(document.logs, 'seen-file'), 'utf8')).toBe(text);
  expect(fs.readFileSync(join(document.logs, 'prompt.md'), 'utf8')).toBe(text);
  const canaries = fs
    .readdirSync(stage.repo)
    .concat(fs.readdirSync(document.logs))
    .filter((name) => name === 'canary');
  expect(canaries).toEqual([]);
  expect(Buffer.byteLength(JSON.stringify(document))).toBeLessThanOrEqual(4096);
});

test('a text given as an argument arrives too', async () => {
  const stage = new Stage();
  const text = '--looks like a flag "$(touch canary)"';
  const { document } = await stage.json<any>(['delegate', '--tool', 'fake', `--task=${text}`]);
  expect(fs.readFileSync(join(document.logs, 'seen-stdin'), 'utf8')).toBe(text);
});

const refused: [string, string[], string | Buffer, RegExp][] = [
  ['an empty text', ['--task', ''], '', /empty/],
  ['a blank text', ['--task', '  \n '], '', /empty/],
  ['a NUL byte', ['--task', '-'], 'a\0b', /NUL/],
  ['over 1 MB', ['--task', '-'], 'x'.repeat(1024 * 1024 + 1), /over 1 MB/],
  ['invalid UTF-8', ['--task', '-'], Buffer.from([0x61, 0xff, 0xfe]), /UTF-8/],
  ['no task', [], '', /No task/],
  ['two sources', ['--task', 'a', '--file', 'b'], '', /one of/],
  ['a missing file', ['--file', 'nothing-there.md'], '', /does not exist/],
  ['a bad budget', ['--task', 'a', '--budget', 'much'], '', /number/i],
  ['a negative budget', ['--task', 'a', '--budget', '-1'], '', /budget/],
  ['a bad duration', ['--task', 'a', '--timeout', 'soon'], '', /duration/],
  ['an unknown tier', ['--task', 'a', '--tier', 'huge'], '', /trivial/],
  ['an unknown tool', ['--task', 'a', '--tool', 'nope'], '', /nope/],
  ['an unknown dependency', ['--task', 'a', '--after', 'task-99'], '', /task-99/],
  ['a folder that is not there', ['--task', 'a', '--repo', '/nothing/here'], '', /does not exist/],
  ['an unknown flag', ['--task', 'a', '--frobnicate'], '', /frobnicate/],
];

test.each(refused)('%s is refused with one sentence and exit 2', async (_, args, input, sentence) => {
  const stage = new Stage();
  const tool = args.includes('--tool') ? [] : ['--tool', 'fake'];
  const { code, stdout, stderr } = await stage.run(['delegate', ...tool, ...args], { input });
  expect(stderr).toMatch(sentence);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(fs.existsSync(join(stage.home, 'runs'))).toBe(false);
});
