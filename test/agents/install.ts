import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const here = import.meta.dirname;
const cache = join(here, 'node_modules');
const MANIFEST = ['package.json', 'package-lock.json', '.npmrc'];

/** The folder with the pinned `claude` and `codex`; its name is made from the lock, so a new lock is a new folder. */
export function agentBin(): string {
  return join(installed(), 'node_modules', '.bin');
}

/**
 * Installs the pinned agents unless they are there, and gives their bin folder. Progress goes to stderr.
 * An install is renamed into place when it is whole: a killed one leaves nothing that looks finished.
 */
export async function installAgents(): Promise<string> {
  await mkdir(cache, { recursive: true });
  while (!existsSync(installed())) {
    const other = await livingInstall();
    if (other === null) await install();
    else await waitFor(other);
  }
  await sweep();
  return agentBin();
}

async function install(): Promise<void> {
  const staging = join(cache, `.installing-${process.pid}`);
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging);
  for (const file of MANIFEST) await copyFile(join(here, file), join(staging, file));
  process.stderr.write('Installing the pinned claude-code and codex (about 0.8 GB on disk) ...\n');
  const started = Date.now();
  await npmCi(staging);
  try {
    await rename(staging, installed());
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    if (!existsSync(installed())) throw error;
  }
  process.stderr.write(`Installed in ${Math.round((Date.now() - started) / 1000)} s.\n`);
}

function npmCi(folder: string): Promise<void> {
  const path = `${dirname(process.execPath)}:${process.env.PATH ?? ''}`;
  return new Promise((done, fail) => {
    const npm = spawn('npm', ['ci', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: folder,
      env: { ...process.env, PATH: path },
      stdio: ['ignore', process.stderr, process.stderr],
    });
    npm.once('error', fail);
    npm.once('close', (code) =>
      code === 0 ? done() : fail(new Error(`npm ci in ${folder} ended with ${code}`)),
    );
  });
}

async function livingInstall(): Promise<number | null> {
  for (const pid of await installPids()) {
    if (pid !== process.pid && isAlive(pid)) return pid;
  }
  return null;
}

async function waitFor(pid: number): Promise<void> {
  process.stderr.write(`Waiting for the install that process ${pid} began ...\n`);
  while (!existsSync(installed()) && isAlive(pid)) await delay(200);
}

/** Removes what killed installs and older locks left. */
async function sweep(): Promise<void> {
  for (const name of await readdir(cache)) {
    const pid = installPid(name);
    const dead = pid !== null && !isAlive(pid);
    const old = name.startsWith('.agents-') && join(cache, name) !== installed();
    if (dead || old) await rm(join(cache, name), { recursive: true, force: true });
  }
}

function installed(): string {
  const hash = createHash('sha256');
  for (const file of MANIFEST) hash.update(readFileSync(join(here, file)));
  hash.update(`${process.platform}-${process.arch}`);
  return join(cache, `.agents-${hash.digest('hex').slice(0, 12)}`);
}

async function installPids(): Promise<number[]> {
  return (await readdir(cache)).map(installPid).filter((pid) => pid !== null);
}

function installPid(name: string): number | null {
  const found = /^\.installing-(\d+)$/.exec(name)?.[1];
  return found === undefined ? null : Number(found);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

if (process.argv[1] === import.meta.filename) process.stdout.write(`${await installAgents()}\n`);
