import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import type { Route } from '../../src/model/route.ts';

const root = join(import.meta.dirname, '../..');
const readme = fs.readFileSync(join(root, 'README.md'), 'utf8');

/** Runs a command line of README where the programs of its examples are installed, and nothing has been done yet. */
async function printed(line: string): Promise<string> {
  const folder = fs.mkdtempSync(join(tmpdir(), 'readme-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  for (const program of ['claude', 'codex']) fs.writeFileSync(join(folder, program), '', { mode: 0o755 });
  const path = [join(root, 'bin'), folder, dirname(process.execPath), '/usr/bin', '/bin'].join(':');
  const env = { HOME: folder, PATH: path, LANG: 'C.UTF-8', ORCHESTRA_HOME: join(folder, 's') };
  const { stdout } = await promisify(execFile)('sh', ['-c', line], { cwd: folder, env });
  return stdout.trimEnd();
}

test('the examples of route in README are what the tool prints', async () => {
  const examples = [...readme.matchAll(/^\$ (orchestra route .*)\n((?:(?!```).*\n)+)```/gm)];
  expect(examples.length).toBeGreaterThan(0);
  for (const [, line = '', text = ''] of examples) expect(await printed(line)).toBe(text.trimEnd());
});

test('the decision that README shows at the head of a task is what route says', async () => {
  const [, line = '', told = ''] =
    /^\$ orchestra delegate (--task ".*" --tool rehearsal) .*\ntask-1 {2}([\s\S]*?\.)\n/m.exec(readme) ?? [];
  const { why } = JSON.parse(await printed(`orchestra route ${line} --json`)) as Route;
  expect(told.replace(/\s+/g, ' ')).toBe(why);
});
