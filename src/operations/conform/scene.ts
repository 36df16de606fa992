import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { run } from '../../base/exec.ts';
import { readIfExists, readJson } from '../../base/files.ts';
import { packageRoot } from '../../base/package-root.ts';
import { signalProcess, sweepByEnv } from '../../base/process.ts';
import { shellQuote } from '../../base/shell-quote.ts';
import { ExitRecord } from '../../model/ending.ts';
import { homeAt, type RunFiles, runFiles, runTag } from '../../model/home.ts';
import type { Profile } from '../../model/profile.ts';
import type { Access } from '../../model/word-schemas.ts';
import { writeEnvFile } from '../../spawn/environment.ts';
import { wrapperOf } from '../../watch/wrapper-state.ts';
import { standIn } from './stand-in.ts';

const LIMIT_MS = 30_000;

/** What a run is started with. Runs of one task share its folder, as turns of a session do. */
export interface Turn {
  task: string;
  run: number;
  prompt: string;
  access: Access;
  model: string;
  session: string;
  ends: number | 'waits';
}

/** What the stand-in saw, or undefined when it was never started, and what the wrapper left. */
export interface Outcome {
  turn: Turn;
  seen:
    | { argv: string[]; env: Map<string, string>; cwd: string; texts: Buffer[]; gotTerm: boolean }
    | undefined;
  exit: ExitRecord | undefined;
  output: Buffer;
  stderr: Buffer;
  workDir: string;
  workFiles: string[];
  /** Processes of the run that outlived its wrapper. */
  left: number;
}

/** Bytes that anything between the tool and its log could change. */
export const said = {
  output: Buffer.from([0x7b, 0xff, 0xc0, 0x0d, 0x0a, 0x1b, 0x5b, 0x33, 0x31, 0x6d, 0x00, 0x09, 0x7d]),
  stderr: Buffer.from('said on stderr\n'),
};

/** A temporary place where a tool's run.sh runs under the real wrapper, with a stand-in for its binary. */
export class Scene {
  readonly #dir = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'orchestra-conform-')));
  readonly #tool: { profile: Profile; dir: string };
  readonly #path: string;

  constructor(tool: { profile: Profile; dir: string }, path: string) {
    this.#tool = tool;
    this.#path = path;
  }

  /** Runs one turn to its end. Never throws for what the tool does. */
  async play(turn: Turn): Promise<Outcome> {
    const files = runFiles(homeAt(join(this.#dir, 'state')), turn.task, turn.run);
    const seen = join(this.#dir, `seen-${turn.task}-${turn.run}`);
    const workDir = join(this.#dir, `work-${turn.task}-${turn.run}`);
    const home = join(this.#dir, `home-${turn.task}-${turn.run}`);
    for (const dir of [files.dir, seen, workDir, home]) fs.mkdirSync(dir, { recursive: true });
    fs.writeFileSync(join(seen, 'say'), said.output);
    fs.writeFileSync(join(seen, 'say-err'), said.stderr);
    const { toolDir, path } = this.#place(turn, seen, files.dir);
    const tag = runTag(basename(this.#dir), turn.task, turn.run);
    fs.writeFileSync(files.prompt, turn.prompt);
    fs.writeFileSync(join(files.dir, 'wrapper'), wrapperWords(workDir, toolDir));
    writeEnvFile(files.env, { ...this.#environment(turn, files, tag, path), HOME: home });
    await this.#underWrapper(turn, files, seen, tag);
    // Known by its HOME, which stays with a process that has shed its tag.
    const left = await sweepByEnv(`HOME=${home}`, 0);
    return {
      turn,
      seen: sightOf(seen),
      exit: ExitRecord.safeParse(readJson(files.exit)).data,
      output: bytesOf(files.output),
      stderr: bytesOf(files.stderr),
      workDir,
      workFiles: fs.readdirSync(workDir),
      left: left.length,
    };
  }

  /** Removes the place with all that lies there. */
  end(): void {
    fs.rmSync(this.#dir, { recursive: true, force: true });
  }

  // A program of the tool's own folder is replaced in a copy of that folder, any other one on the PATH.
  #place(turn: Turn, seen: string, runDir: string): { toolDir: string; path: string } {
    const { profile, dir } = this.#tool;
    const part = { seen, runDir, versionArgv: profile.version?.argv ?? [], ends: turn.ends };
    const own = profile.binary.includes('/');
    const toolDir = own ? join(this.#dir, `tool-${turn.task}-${turn.run}`, basename(dir)) : dir;
    const bin = join(this.#dir, `bin-${turn.task}-${turn.run}`);
    if (own) fs.cpSync(dir, toolDir, { recursive: true, filter: (from) => basename(from) !== 'fixtures' });
    const file = own ? resolve(toolDir, profile.binary) : join(bin, profile.binary);
    fs.mkdirSync(dirname(file), { recursive: true });
    fs.rmSync(file, { force: true });
    fs.writeFileSync(file, standIn(part), { mode: 0o755 });
    return { toolDir, path: own ? this.#path : `${bin}:${this.#path}` };
  }

  #environment(turn: Turn, files: RunFiles, tag: string, path: string): Record<string, string> {
    return {
      PATH: path,
      TERM: 'xterm-256color',
      LANG: 'C.UTF-8',
      ORCHESTRA_HOME: join(this.#dir, 'state'),
      ORCHESTRA_RUN: tag,
      ORCHESTRA_RUN_DIR: files.dir,
      ORCHESTRA_TASK: turn.task,
      ORCHESTRA_PROMPT_FILE: files.prompt,
      ORCHESTRA_ACCESS: turn.access,
      ORCHESTRA_MODEL: turn.model,
      ORCHESTRA_SESSION: turn.session,
      ORCHESTRA_BUDGET_USD: '',
    };
  }

  async #underWrapper(turn: Turn, files: RunFiles, seen: string, tag: string): Promise<void> {
    const ended = new AbortController();
    if (turn.ends === 'waits') void stopOnceStarted(join(seen, 'started'), files, ended.signal);
    const wrapper = join(packageRoot(), 'tools', '_lib', 'wrapper.sh');
    const env = { PATH: this.#path, ORCHESTRA_RUN: tag };
    const { timedOut } = await run('bash', [wrapper, files.dir], {
      env,
      cleanEnv: true,
      timeoutMs: LIMIT_MS,
    });
    ended.abort();
    if (timedOut) await sweepByEnv(`ORCHESTRA_RUN=${tag}`, 0);
  }
}

function wrapperWords(workDir: string, toolDir: string): string {
  return `wrapper_dir=${shellQuote(workDir)}\nwrapper_tool=${shellQuote(toolDir)}\nwrapper_grace=10\nwrapper_viewer=(true)\n`;
}

async function stopOnceStarted(started: string, files: RunFiles, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    const wrapper = wrapperOf(files);
    if (wrapper !== undefined && fs.existsSync(started)) {
      signalProcess(wrapper.pid, 'SIGTERM');
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function sightOf(seen: string): Outcome['seen'] {
  if (!fs.existsSync(join(seen, 'cwd'))) return undefined;
  const words = (name: string) => bytesOf(join(seen, name)).toString().split('\0').slice(0, -1);
  const pairs = words('env').map((entry) => entry.split(/=(.*)/s));
  return {
    // Without arguments printf writes one empty word.
    argv: words('argv').filter((word, at, all) => word !== '' || all.length > at + 1 || at > 0),
    env: new Map(pairs.map(([name = '', value = '']) => [name, value])),
    cwd: (readIfExists(join(seen, 'cwd')) ?? '').trim(),
    texts: fs
      .readdirSync(seen)
      .filter((name) => name.startsWith('text-'))
      .map((name) => bytesOf(join(seen, name))),
    gotTerm: fs.existsSync(join(seen, 'signals')),
  };
}

function bytesOf(path: string): Buffer {
  return fs.existsSync(path) ? fs.readFileSync(path) : Buffer.alloc(0);
}
