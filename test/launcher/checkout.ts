import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const STUB = `import { word } from './word.ts';
process.stdout.write(JSON.stringify([word, ...process.argv.slice(2)]));
process.exitCode = process.argv[2] === 'fail' ? 7 : 0;
`;

/** A checkout in a temporary folder whose path has a space: the real bin/, a stub src/, this project's node_modules. */
export function makeCheckout(options: { dependencies?: boolean } = {}): string {
  const folder = join(mkdtempSync(join(process.env.HOME ?? '', 'c-')), 'my checkout');
  mkdirSync(join(folder, 'src'), { recursive: true });
  for (const name of ['bin', 'package.json', 'package-lock.json'])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'src/main.ts'), STUB);
  writeWord(folder, 'one');
  if (options.dependencies !== false) {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    mkdirSync(join(folder, '.node'));
    const lock = readFileSync(join(folder, 'package-lock.json'));
    writeFileSync(join(folder, '.node/dependencies'), execFileSync('cksum', { input: lock }));
  }
  return folder;
}

/** Changes what the stub prints first. */
export function writeWord(checkout: string, word: string): void {
  writeFileSync(join(checkout, 'src/word.ts'), `export const word: string = '${word}';\n`);
}

/** A folder for PATH: the system's commands (never npm) but for `without`, and sh scripts; with `only`, just these. */
export function makePath(options: {
  without?: string[];
  scripts?: Record<string, string>;
  only?: boolean;
}): string {
  const folder = mkdtempSync(join(process.env.HOME ?? '', 'p-'));
  const names =
    'bash cat cksum cp dirname env find git id ln mkdir mv node ps readlink rm sh sleep tail tmux uname';
  for (const name of options.only ? [] : names.split(' ')) {
    if (options.without?.includes(name) || options.scripts?.[name] !== undefined) continue;
    const found = (process.env.PATH ?? '').split(delimiter).find((entry) => existsSync(join(entry, name)));
    if (found) symlinkSync(join(found, name), join(folder, name));
  }
  for (const [name, script] of Object.entries(options.scripts ?? {})) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

let refusing = '';
/** A folder whose npm refuses to run: no test may reach the network, or this project's node_modules. */
function noNpm(): string {
  refusing ||= makePath({ scripts: { npm: 'echo npm must not run here; exit 1' }, only: true });
  return refusing;
}

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Start {
  args?: string[];
  cwd?: string;
  PATH?: string;
}

/** Starts a command in a process group of its own, so that all of it can be killed at once. */
export function start(
  command: string,
  options: Start = {},
): { child: ChildProcess; outcome: Promise<Outcome> } {
  const child = spawn(command, options.args ?? [], {
    cwd: options.cwd,
    env: { ...process.env, PATH: options.PATH ?? `${noNpm()}${delimiter}${process.env.PATH}` },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const outcome = new Promise<Outcome>((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout?.on('data', (bytes) => (stdout += bytes));
    child.stderr?.on('data', (bytes) => (stderr += bytes));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, outcome };
}

/** Runs a command to its end. */
export function run(command: string, options: Start = {}): Promise<Outcome> {
  return start(command, options).outcome;
}
