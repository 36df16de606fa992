import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const here = import.meta.dirname;
const cache = join(here, 'node_modules');
const MANIFEST = ['package.json', 'package-lock.json'];

/** The agents that can be installed: each folder here that pins one. */
export const pinned: string[] = readdirSync(here)
  .filter((name) => existsSync(join(here, name, 'package-lock.json')))
  .sort();

/** The version that is pinned, exactly. */
export function pinnedVersion(tool: string): string {
  const text = readFileSync(join(here, tool, 'package.json'), 'utf8');
  const { dependencies } = JSON.parse(text) as { dependencies: Record<string, string> };
  return Object.values(dependencies)[0] as string;
}

/** The folder of an installed agent; its name is made from the lock, so a new lock is a new folder. */
export function agentFolder(tool: string): string {
  const hash = createHash('sha256');
  for (const file of MANIFEST) hash.update(readFileSync(join(here, tool, file)));
  hash.update(`${process.platform}-${process.arch}`);
  return join(cache, `.agents-${tool}-${hash.digest('hex').slice(0, 12)}`);
}

/** The `bin` folder of an installed agent. Throws where it is not installed: no test passes by its absence. */
export function agentBin(tool: string): string {
  const folder = agentFolder(tool);
  if (!existsSync(folder))
    throw new Error(`${tool} is not installed: run node test/agents/install.ts ${tool}`);
  return join(folder, 'node_modules', '.bin');
}

/**
 * Installs a pinned agent unless it is there, and gives its bin folder. Progress goes to stderr.
 * An install is renamed into place when it is whole: a killed one leaves nothing that looks finished.
 */
export async function installAgent(tool: string): Promise<string> {
  await mkdir(cache, { recursive: true });
  while (!existsSync(agentFolder(tool))) {
    const other = await livingInstall(tool);
    if (other === null) await install(tool);
    else await waitFor(tool, other);
  }
  return agentBin(tool);
}

async function install(tool: string): Promise<void> {
  const staging = join(cache, `.installing-${tool}-${process.pid}`);
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging);
  for (const file of MANIFEST) await copyFile(join(here, tool, file), join(staging, file));
  await copyFile(join(here, '.npmrc'), join(staging, '.npmrc'));
  const started = Date.now();
  try {
    await npmInstall(staging);
    await rename(staging, agentFolder(tool));
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    if (!existsSync(agentFolder(tool))) throw error;
  }
  process.stderr.write(`${tool}: installed in ${Math.round((Date.now() - started) / 1000)} s\n`);
}

/** Not `npm ci`: that refuses a lock without the packages of other systems, which not every registry holds. */
function npmInstall(folder: string): Promise<void> {
  const path = `${dirname(process.execPath)}:${process.env.PATH ?? ''}`;
  return new Promise((done, fail) => {
    const npm = spawn(
      'npm',
      ['install', '--no-save', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error'],
      {
        cwd: folder,
        env: { ...process.env, PATH: path },
        stdio: ['ignore', process.stderr, process.stderr],
      },
    );
    npm.once('error', fail);
    npm.once('close', (code) =>
      code === 0 ? done() : fail(new Error(`npm install ended with ${code}; its words are above`)),
    );
  });
}

async function livingInstall(tool: string): Promise<number | null> {
  for (const name of await readdir(cache)) {
    const staging = stagingOf(name);
    if (staging?.tool === tool && staging.pid !== process.pid && isAlive(staging.pid)) return staging.pid;
  }
  return null;
}

async function waitFor(tool: string, pid: number): Promise<void> {
  process.stderr.write(`${tool}: waiting for the install that process ${pid} began ...\n`);
  while (!existsSync(agentFolder(tool)) && isAlive(pid)) await delay(200);
}

/** Removes what killed installs and older locks left. */
async function sweep(): Promise<void> {
  const wanted = pinned.map(agentFolder);
  for (const name of await readdir(cache)) {
    const staging = stagingOf(name);
    const dead = staging !== null && !isAlive(staging.pid);
    const old = name.startsWith('.agents-') && !wanted.includes(join(cache, name));
    if (dead || old) await rm(join(cache, name), { recursive: true, force: true });
  }
}

function stagingOf(name: string): { tool: string; pid: number } | null {
  const [, tool, pid] = /^\.installing-(?:(.+)-)?(\d+)$/.exec(name) ?? [];
  return pid === undefined ? null : { tool: tool ?? '', pid: Number(pid) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Installs the agents that the words name, or all of them where none is named; says which failed, and goes on. */
async function main(words: string[]): Promise<void> {
  const named = pinned.filter((tool) => words.some((word) => word.includes(tool)));
  for (const tool of named.length > 0 ? named : pinned) {
    try {
      process.stdout.write(`${await installAgent(tool)}\n`);
    } catch (error) {
      process.exitCode = 1;
      process.stderr.write(`${tool}: not installed, its tests will fail: ${(error as Error).message}\n`);
    }
  }
  await sweep();
}

if (process.argv[1] === import.meta.filename) await main(process.argv.slice(2));
