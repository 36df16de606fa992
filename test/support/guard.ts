import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach } from 'vitest';

// Runs before each test file: a home of its own, nothing of the user's in reach, and nothing left behind at the end.

const SOCKET_ROOM = 60;
const GRACE_MS = 3000;
const real = userInfo();
const forbidden = [
  join(real.homedir, '.local/state/orchestra'),
  join(real.homedir, '.config/orchestra'),
  `/tmp/tmux-${real.uid}/default`,
];
const before = forbidden.filter((path) => existsSync(path));

const base = tmpdir().length < SOCKET_ROOM ? tmpdir() : '/tmp';
const home = mkdtempSync(join(base, 'o-'));

for (const name of Object.keys(process.env))
  if (/^(XDG_|ORCHESTRA_(?!CHAOS)|GIT_|TMUX)|_(API_KEY|TOKEN|BASE_URL)$/.test(name)) delete process.env[name];
Object.assign(process.env, {
  HOME: home,
  ORCHESTRA_HOME: join(home, 's'),
  TMUX_TMPDIR: join(home, 't'),
  GIT_CONFIG_NOSYSTEM: '1',
  npm_config_userconfig: join(real.homedir, '.npmrc'),
  npm_config_cache: join(real.homedir, '.npm'),
});
mkdirSync(join(home, 't'), { mode: 0o700 });
writeFileSync(
  join(home, '.gitconfig'),
  '[user]\n\tname = Test\n\temail = test@example.invalid\n[init]\n\tdefaultBranch = main\n',
);

afterEach(() => {
  for (const name of [
    'HOME',
    'ORCHESTRA_HOME',
    'XDG_STATE_HOME',
    'XDG_CONFIG_HOME',
    'TMUX_TMPDIR',
  ] as const) {
    const value = process.env[name];
    const needed = name === 'HOME' || name === 'TMUX_TMPDIR';
    if (value === undefined ? needed : value.startsWith(real.homedir) && !value.startsWith(home))
      throw new Error(
        `after this test ${name} is ${value ?? 'unset'}, which leads to the user's own state: restore it`,
      );
  }
  if (process.env.TMUX !== undefined)
    throw new Error("after this test TMUX is set, which leads to the user's own tmux server: unset it");
});

afterAll(async () => {
  const left = await waitForNone();
  for (const { pid } of left) kill(pid);
  remove();
  const made = forbidden.filter((path) => existsSync(path) && !before.includes(path));
  if (left.length > 0)
    throw new Error(
      `this file left processes running (killed now): ${left.map((p) => `${p.pid} ${p.command}`).join('; ')}`,
    );
  if (made.length > 0)
    throw new Error(`this file made ${made.join(', ')}, outside its temporary home: pass the environment on`);
});

async function waitForNone() {
  const end = Date.now() + GRACE_MS;
  let left = descendants();
  while (left.length > 0 && Date.now() < end) {
    await pause(20);
    left = descendants();
  }
  return left;
}

/** Processes that have this file's home in their environment (Linux only; elsewhere none are found). */
function descendants() {
  if (!existsSync('/proc/self/environ')) return [];
  const found: { pid: number; command: string }[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    if (!read(pid, 'environ').includes(`=${home}`)) continue;
    const command = read(pid, 'cmdline').replaceAll('\0', ' ').trim();
    if (command !== '') found.push({ pid, command: command.slice(0, 120) });
  }
  return found;
}

function read(pid: number, file: string) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function kill(pid: number) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone by itself
  }
}

function remove() {
  try {
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    execFileSync('chmod', ['-R', 'u+rwx', home]);
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  }
}
