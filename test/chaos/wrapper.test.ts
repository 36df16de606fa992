import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const wrapper = join(import.meta.dirname, '../../tools/_lib/wrapper.sh');
const RUNS = 1500;
const SIDE_BY_SIDE = 8;

// A trap that ran while bash parsed a substitution once ended one wrapper of two hundred without a record.
test('of many runs that end at once none is without its exit record', async () => {
  const base = fs.mkdtempSync(join(process.env.HOME as string, 'w'));
  const tool = join(base, 'tool');
  fs.mkdirSync(tool);
  fs.writeFileSync(join(tool, 'run.sh'), 'echo hello\n(sleep 0.01 &)\nexit 3\n');
  const wrong: string[] = [];
  const next = Array.from({ length: RUNS }, (_, index) => index).values();
  const work = async () => {
    for (const index of next) {
      const dir = join(base, String(index));
      await runOnce(dir, tool, `ORCHESTRA_RUN=${base}/task-${index}/1`);
      const exit = join(dir, 'exit.json');
      const record = fs.existsSync(exit) ? JSON.parse(fs.readFileSync(exit, 'utf8')) : 'none';
      if (record.code !== 3) wrong.push(`${index}: ${JSON.stringify(record)}`);
      fs.rmSync(dir, { recursive: true });
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  expect(wrong).toEqual([]);
}, 600_000);

async function runOnce(dir: string, tool: string, tag: string): Promise<void> {
  fs.mkdirSync(dir);
  fs.writeFileSync(join(dir, 'prompt.md'), 'hi\n');
  fs.writeFileSync(
    join(dir, 'wrapper'),
    `wrapper_dir='/'\nwrapper_tool='${tool}'\nwrapper_grace=2\nwrapper_viewer=()\n`,
  );
  fs.writeFileSync(join(dir, 'env'), `export PATH='${process.env.PATH}'\n\0`);
  const [name, value] = tag.split('=') as [string, string];
  const env = { PATH: process.env.PATH, [name]: value };
  const child = spawn('bash', [wrapper, dir], { env, stdio: 'ignore', detached: true });
  await once(child, 'exit');
}
