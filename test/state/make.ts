// node test/state/make.ts NAME [CHECKOUT]: makes test/state/NAME, a home as the given checkout (this one) makes it. The
// fixtures of earlier versions stay as they are, for ever.
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const [name = '', checkout = join(import.meta.dirname, '..', '..')] = process.argv.slice(2);
const target = join(import.meta.dirname, name);
if (name === '' || fs.existsSync(target)) throw new Error(`${target} is there already, or no name was given`);

const base = fs.mkdtempSync(join(tmpdir(), 'o-state-'));
const home = join(base, 'home');
const repo = join(base, 'repo');
const tool = join(base, 'config', 'orchestra', 'tools', 'talker');
const env = {
  HOME: base,
  PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
  LANG: 'C.UTF-8',
  TERM: 'xterm',
  ORCHESTRA_HOME: home,
  XDG_CONFIG_HOME: join(base, 'config'),
  ORCHESTRA_ATTEMPTS: '1',
};
const git = (...args: string[]) => execFileSync('git', ['-C', repo, ...args], { env });
const orchestra = (...args: string[]) => {
  try {
    return execFileSync(process.execPath, [join(checkout, 'src', 'main.ts'), ...args], { env, cwd: repo });
  } catch (error) {
    // A failed task has an exit status of its own.
    return (error as { stdout: Buffer }).stdout;
  }
};
const delegate = (...args: string[]) => orchestra('delegate', '--tool', 'talker', ...args);

for (const folder of [repo, tool]) fs.mkdirSync(folder, { recursive: true });
fs.writeFileSync(join(base, '.gitconfig'), '[user]\n\tname = Test\n\temail = test@example.invalid\n');
fs.writeFileSync(
  join(tool, 'profile.yaml'),
  'name: talker\nbinary: ./run.sh\nformat: claude-stream-json\nresume: true\n',
);
fs.copyFileSync(join(import.meta.dirname, 'talker.sh'), join(tool, 'run.sh'));
fs.chmodSync(join(tool, 'run.sh'), 0o755);
git('init', '-q', '-b', 'main');
git('commit', '-q', '--allow-empty', '-m', 'start');

delegate('--task', 'Land this', '--check', 'true');
orchestra('approve', 'task-1');
delegate('--task', 'Please fail', '--no-worktree', '--budget', '2');
delegate('--task', 'Look at this');
delegate('--task', 'Not this');
orchestra('reject', 'task-4', '--reason', 'not needed');
orchestra('retry', 'task-4');
orchestra('conductor', 'stop');
while (fs.existsSync(join(home, 'conductor.lock'))) execFileSync('sleep', ['0.1']);
execFileSync('tmux', ['-S', join(home, 'tmux.sock'), 'kill-server']);

// Where it was made is nobody's business; the test puts in where it stands.
const places: [string, string][] = [
  [base, '@BASE@'],
  [fs.realpathSync(checkout), '/opt/orchestra'],
  [dirname(process.execPath), '/opt/node/bin'],
];
const moved = (text: string) => places.reduce((all, [from, to]) => all.replaceAll(from, to), text);
const database = new DatabaseSync(join(home, 'orchestra.db'));
for (const [from, to] of places) {
  database.prepare('update events set data = replace(data, ?, ?)').run(from, to);
  database.prepare('update tasks set repo = replace(repo, ?, ?)').run(from, to);
}
fs.mkdirSync(target);
database.prepare('vacuum into ?').run(join(target, 'orchestra.db'));
database.close();
for (const entry of fs.readdirSync(home, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name).slice(home.length + 1);
  if (!entry.isFile() || !/^(ledger\.jsonl$|runs\/)/.test(path)) continue;
  fs.mkdirSync(dirname(join(target, path)), { recursive: true });
  fs.writeFileSync(join(target, path), moved(fs.readFileSync(join(home, path), 'utf8')));
}
fs.rmSync(base, { recursive: true });
