import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parse } from 'yaml';
import { Profile } from '../../src/model/profile.ts';
import { reportOf } from '../parse/fixtures.ts';
import { pinnedVersion } from './install.ts';
import type { AgentRun } from './run-agent.ts';

const root = join(import.meta.dirname, '../..');

interface Recording {
  tool: string;
  name: string;
  argv: string[];
  run: AgentRun;
  /** Takes this machine's paths and ports out of a text. */
  neutral: (text: string) => string;
}

/**
 * Writes a run into the fixtures of its tool, and gives the folder. An `expected.json` that is there stays as it is; where
 * none is, the parser's own report is written, and a line says that a person has to hold it against the truth.
 */
export async function writeFixture({ tool, name, argv, run, neutral }: Recording): Promise<string> {
  const folder = join(root, 'tools', tool, 'fixtures', name);
  const exit = run.code ?? run.signal;
  const date = new Date().toISOString().slice(0, 10);
  const recorded = { version: pinnedVersion(tool), date, argv: argv.map(neutral), exit };
  const [output, stderr] = [neutral(run.stdout), neutral(run.stderr)];
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'output'), output);
  await rm(join(folder, 'stderr'), { force: true });
  if (stderr) await writeFile(join(folder, 'stderr'), stderr);
  await writeJson(join(folder, 'recorded.json'), recorded);
  const expected = join(folder, 'expected.json');
  if (!existsSync(expected)) {
    const profile = parse(readFileSync(join(root, 'tools', tool, 'profile.yaml'), 'utf8'));
    const end = { code: run.code, signal: run.signal };
    await writeJson(expected, reportOf(Profile.parse(profile).format, [Buffer.from(output)], end, stderr));
    process.stderr.write(`new: ${relative(root, expected)} is what the parser says; check it by hand\n`);
  }
  return relative(root, folder);
}

function writeJson(path: string, value: unknown): Promise<void> {
  return writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}
