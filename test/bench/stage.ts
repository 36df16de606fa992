import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { processesWithEnv, signalProcess } from '../../src/base/process.ts';
import { type Home, homeAt } from '../../src/model/home.ts';

const checkout = join(import.meta.dirname, '..', '..');
const SOCKET_ROOM = 50;

/** What a flooding agent prints. */
export const floodBytes = 100 * 1024 * 1024;

/** A temporary place with the program as it is published, so that nothing of the checkout or the user is touched. */
export class Stage {
  readonly base = fs.mkdtempSync(join(tmpdir().length < SOCKET_ROOM ? tmpdir() : '/tmp', 'ob-'));
  readonly program = join(this.base, 'p');
  readonly launcher = join(this.program, 'bin', 'orchestra');
  /** A git repository with a few files. */
  readonly repo = join(this.base, 'repo');
  /** A folder outside git. */
  readonly folder = join(this.base, 'folder');
  /** Where agents leave the times they noted. */
  readonly notes = join(this.base, 'n');
  readonly #homes: Home[] = [];
  readonly #env: Record<string, string>;

  constructor() {
    for (const dir of [this.folder, this.notes, join(this.base, 't')])
      fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.#env = {
      HOME: this.base,
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      TERM: 'xterm-256color',
      LANG: 'C.UTF-8',
      TMUX_TMPDIR: join(this.base, 't'),
      GIT_CONFIG_NOSYSTEM: '1',
      XDG_CONFIG_HOME: join(this.base, 'c'),
      ORCHESTRA_IDLE: '10m',
      BENCH_NOTES: this.notes,
    };
    this.#install();
    this.#tools();
    this.#repository();
  }

  /** A home of its own, made by the first command. Its name is short because of the socket. */
  home(name: string): Home {
    const home = homeAt(join(this.base, name));
    this.#homes.push(home);
    return home;
  }

  env(home: Home, more: Record<string, string> = {}): Record<string, string> {
    return { ...this.#env, ORCHESTRA_HOME: home.root, ...more };
  }

  /** Runs a command of ours to its end and gives its standard output. */
  orchestra(
    home: Home,
    args: string[],
    options: { cwd?: string; env?: Record<string, string> } = {},
  ): string {
    return this.command(this.launcher, args, { cwd: options.cwd, env: this.env(home, options.env) });
  }

  /** Runs any program; throws with its words when it fails. */
  command(
    file: string,
    args: string[],
    options: { cwd?: string; env?: Record<string, string> } = {},
  ): string {
    const ended = spawnSync(file, args, {
      cwd: options.cwd ?? this.repo,
      env: options.env ?? this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
      maxBuffer: 256 * 1024 * 1024,
    });
    if (ended.status !== 0)
      throw new Error(`${file} ${args.join(' ')}: exit ${ended.status}: ${ended.stderr}${ended.stdout}`);
    return ended.stdout;
  }

  /** What an agent noted under this name, in milliseconds since 1970, once it is whole. */
  noted(name: string): number | undefined {
    const path = join(this.notes, name);
    const text = fs.existsSync(path) ? fs.readFileSync(path, 'utf8') : '';
    return text.endsWith('\n') ? Number(text) * 1000 : undefined;
  }

  /** Ends the conductor, the tmux server and everything else of a home. */
  async end(home: Home): Promise<void> {
    spawnSync(this.launcher, ['conductor', 'stop'], { env: this.env(home), stdio: 'ignore' });
    spawnSync('tmux', ['-S', join(home.root, 'tmux.sock'), 'kill-server'], { stdio: 'ignore' });
    const entry = `ORCHESTRA_HOME=${home.root}`;
    for (let round = 0; round < 500; round += 1) {
      const pids = await processesWithEnv(entry);
      if (pids.length === 0) return;
      if (round > 100) for (const pid of pids) signalProcess(pid, 'SIGKILL');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Ends all homes and removes the place. */
  async close(): Promise<void> {
    for (const home of this.#homes) await this.end(home);
    fs.rmSync(this.base, { recursive: true, force: true, maxRetries: 5 });
  }

  #install(): void {
    const main = join(checkout, 'dist', 'main.js');
    if (!fs.existsSync(main)) throw new Error('dist/main.js is missing: npm run build');
    const build = /'\.\/([0-9a-f]{16})\/main\.js'/.exec(fs.readFileSync(main, 'utf8'))?.[1] as string;
    const copy = (path: string) =>
      fs.cpSync(join(checkout, path), join(this.program, path), {
        recursive: true,
        filter: (source) => !/\/(\.cache|fixtures)$/.test(source),
      });
    for (const path of ['package.json', 'bin', 'config', 'tools', 'dist/main.js', `dist/${build}`])
      copy(path);
  }

  #tools(): void {
    const write = (name: string, run: string) => {
      const dir = join(this.base, 'c', 'orchestra', 'tools', name);
      fs.mkdirSync(dir, { recursive: true });
      const yaml = `name: ${name}\nbinary: ./run.sh\nformat: plain\nenv: [BENCH_*]\n`;
      fs.writeFileSync(join(dir, 'profile.yaml'), yaml);
      fs.writeFileSync(join(dir, 'run.sh'), run, { mode: 0o755 });
    };
    const note = (kind: string) => `printf '%s\\n' "$EPOCHREALTIME" >"$BENCH_NOTES/$ORCHESTRA_TASK.${kind}"`;
    write('stamp', `${note('started')}\n`);
    write('work', `echo one more line >>work.txt\necho changed one file\n${note('ended')}\n`);
    write('trivial', 'echo done\n');
    write('seconds', 'exec sleep 2\n');
    write('flood', `yes "${'0123456789'.repeat(8)}" | head -c ${floodBytes}\n`);
    // All wait for the same writer, and go on at the same moment.
    write(
      'gate',
      `: >"$BENCH_NOTES/$ORCHESTRA_TASK.ready"\nread -r _ <"$BENCH_NOTES/gate"\necho "end of $ORCHESTRA_TASK"\n`,
    );
    write('quiet', `${note('quiet')}\nexec sleep 600\n`);
  }

  #repository(): void {
    fs.writeFileSync(
      join(this.base, '.gitconfig'),
      '[user]\n\tname = Bench\n\temail = bench@example.invalid\n[init]\n\tdefaultBranch = main\n',
    );
    for (let number = 0; number < 50; number += 1) {
      const path = join(this.repo, `src/part${number % 5}/file${number}.txt`);
      fs.mkdirSync(dirname(path), { recursive: true });
      fs.writeFileSync(path, `file ${number}\n`.repeat(20));
    }
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', this.repo, ...args], { env: this.#env, stdio: 'pipe' });
    git('init', '-q');
    git('add', '-A');
    git('commit', '-q', '-m', 'start');
  }
}
