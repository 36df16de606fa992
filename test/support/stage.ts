import { execFile, execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { processesWithEnv, signalProcess } from '../../src/base/process.ts';

const root = join(import.meta.dirname, '..', '..');
const launcher = join(root, 'bin', 'orchestra');

/** How a command of ours ended. */
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * A home, a repository and a user's own tools, all temporary. The tool `fake` (format `plain`) runs each line of its
 * prompt that starts with `do: ` as a shell command, so that a test says in the task what the agent does.
 */
export class Stage {
  readonly home: string;
  readonly repo: string;
  readonly config: string;
  readonly env: Record<string, string>;

  constructor(options: { repo?: string; git?: boolean } = {}) {
    const base = fs.mkdtempSync(join(process.env.HOME as string, 'e'));
    this.home = join(base, 's');
    this.config = join(base, 'c');
    this.repo = join(base, options.repo ?? 'repo');
    this.env = {
      HOME: process.env.HOME as string,
      PATH: process.env.PATH as string,
      TERM: 'xterm-256color',
      LANG: 'C.UTF-8',
      TMUX_TMPDIR: process.env.TMUX_TMPDIR as string,
      GIT_CONFIG_NOSYSTEM: '1',
      ORCHESTRA_HOME: this.home,
      XDG_CONFIG_HOME: this.config,
      ORCHESTRA_IDLE: '20s',
      // One run each, so that a test sees what became of it; those of retries and repairs say otherwise.
      ORCHESTRA_ATTEMPTS: '1',
    };
    fs.mkdirSync(this.repo, { recursive: true });
    this.tool('fake', { format: 'plain' }, fakeAgent);
    if (options.git !== false)
      this.commit({ 'README.md': '# A project\n', 'src/a.txt': 'one\ntwo\nthree\n' });
    onTestFinished(() => this.#end());
  }

  /** Adds a tool of the user's own. `run` is its `run.sh`. */
  tool(name: string, profile: { format: string; more?: string }, run: string): void {
    const dir = join(this.config, 'orchestra', 'tools', name);
    fs.mkdirSync(dir, { recursive: true });
    const yaml = `name: ${name}\nbinary: ./run.sh\nformat: ${profile.format}\nenv: [FAKE_*]\n${profile.more ?? ''}`;
    fs.writeFileSync(join(dir, 'profile.yaml'), yaml);
    fs.writeFileSync(join(dir, 'run.sh'), run, { mode: 0o755 });
  }

  /** Writes files into the repository and commits them, making it first where there is none. */
  commit(files: Record<string, string>): string {
    this.write(files);
    if (!fs.existsSync(join(this.repo, '.git'))) this.git('init', '-q', '-b', 'main');
    this.git('add', '-A');
    this.git('commit', '-q', '-m', 'work');
    return this.git('rev-parse', 'HEAD');
  }

  write(files: Record<string, string>): void {
    for (const [path, content] of Object.entries(files)) {
      fs.mkdirSync(dirname(join(this.repo, path)), { recursive: true });
      fs.writeFileSync(join(this.repo, path), content);
    }
  }

  git(...args: string[]): string {
    return execFileSync('git', ['-C', this.repo, ...args], {
      encoding: 'utf8',
      env: this.env,
      stdio: 'pipe',
    }).trimEnd();
  }

  /** Runs `bin/orchestra` as a user would and waits for its end. */
  run(
    args: string[],
    options: { input?: string | Buffer; env?: Record<string, string>; cwd?: string } = {},
  ): Promise<Ended> {
    return new Promise((resolve) => {
      const child = execFile(
        launcher,
        args,
        { cwd: options.cwd ?? this.repo, env: { ...this.env, ...options.env }, maxBuffer: 64 * 1024 * 1024 },
        (error, stdout, stderr) =>
          resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
      );
      child.stdin?.on('error', () => {});
      child.stdin?.end(options.input ?? '');
    });
  }

  /** The same with `--json`, its one document parsed. */
  async json<T = Record<string, unknown>>(
    args: string[],
    options: Parameters<Stage['run']>[1] = {},
  ): Promise<Ended & { document: T }> {
    const ended = await this.run([...args, '--json'], options);
    const line = ended.stdout.trim().split('\n').at(-1) ?? '';
    if (line === '')
      throw new Error(`orchestra ${args.join(' ')} gave no document (exit ${ended.code}): ${ended.stderr}`);
    return { ...ended, document: JSON.parse(line) as T };
  }

  /** Delegates to the fake tool, each line of `commands` a shell command of the agent, and waits. */
  fake(commands: string[], flags: string[] = [], title = 'A task') {
    const text = [title, ...commands.map((command) => `do: ${command}`)].join('\n');
    return this.json<Record<string, any>>(['delegate', '--tool', 'fake', '--task', text, ...flags]);
  }

  /** Starts `bin/orchestra` and leaves it running. */
  start(args: string[]) {
    return spawn(launcher, args, { cwd: this.repo, env: this.env, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  async #end(): Promise<void> {
    await this.run(['conductor', 'stop']);
    const socket = join(this.home, 'tmux.sock');
    if (fs.existsSync(socket)) await quietly('tmux', ['-S', socket, 'kill-server']);
    for (const pid of await processesWithEnv(`ORCHESTRA_HOME=${this.home}`)) signalProcess(pid, 'SIGKILL');
  }
}

function quietly(file: string, args: string[]): Promise<void> {
  return new Promise((resolve) => execFile(file, args, () => resolve()));
}

/** Waits until `look` gives something, looking often; no test waits for a time. */
export async function eventually<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  seconds = 20,
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`nothing came within ${seconds} s: ${look}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const fakeAgent = `#!/usr/bin/env bash
cp "$ORCHESTRA_PROMPT_FILE" "$ORCHESTRA_RUN_DIR/seen-file"
cat > "$ORCHESTRA_RUN_DIR/seen-stdin"
while IFS= read -r line || [ -n "$line" ]; do
  case $line in 'do: '*) eval "\${line#do: }" ;; esac
done < "$ORCHESTRA_RUN_DIR/seen-stdin"
`;
