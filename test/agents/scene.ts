import { cpSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { LedgerLine } from '../../src/model/ledger.ts';
import type { Summary } from '../../src/model/summary.ts';
import type { Usage } from '../../src/model/usage.ts';
import type { Script, Turn } from '../model-server/script.ts';
import { type ModelServer, startModelServer } from '../model-server/server.ts';
import { type Ended, Stage } from '../support/stage.ts';
import type { Agent } from './agent.ts';
import { agentFolder } from './install.ts';
import { prepareAgentHome, withArguments } from './run-agent.ts';

/** Three calls of the model that write a file, look at it and say so, each with figures of its own. */
export const work: [Turn, Turn, Turn] = [
  {
    tool: 'write',
    path: 'hello.txt',
    content: 'hello\n',
    usage: { input: 1103, output: 47, cacheWrite: 2011 },
  },
  {
    tool: 'shell',
    command: 'cat hello.txt | tee copy.txt',
    usage: { input: 13, output: 31, cacheRead: 2011, cacheWrite: 157 },
  },
  {
    text: 'I wrote hello.txt and a copy of it.',
    usage: { input: 9, output: 23, cacheRead: 2168, reasoning: 7 },
  },
];

export interface SceneOptions {
  /** Another place than the model server's. */
  url?: string;
  key?: string;
  /** More files in HOME. */
  files?: Record<string, string>;
}

/** A home with real agents, a repository, and the model that plays `scripts` to them. All of it ends with the test. */
export async function openScene(
  agents: Agent | readonly [Agent, ...Agent[]],
  scripts: Script[],
  options: SceneOptions = {},
): Promise<Scene> {
  const all: readonly Agent[] = 'tool' in agents ? [agents] : agents;
  const server = await startModelServer({
    scripts: [...all.flatMap(({ sideCalls }) => sideCalls ?? []), ...scripts],
    needsKey: true,
  });
  onTestFinished(() => server.close());
  const path = [join(import.meta.dirname, '..', '..', 'bin')];
  const home = await prepareAgentHome(all, { url: server.url, path, ...options });
  onTestFinished(() => home.dispose());
  const stage = new Stage();
  Object.assign(stage.env, home.env);
  return new Scene(all[0] as Agent, stage, server);
}

/** What one test drives: `bin/orchestra` in front, the model server behind, a real agent between them. */
export class Scene {
  readonly agent: Agent;
  readonly stage: Stage;
  readonly server: ModelServer;

  constructor(agent: Agent, stage: Stage, server: ModelServer) {
    this.agent = agent;
    this.stage = stage;
    this.server = server;
  }

  /** `orchestra delegate` to the agent at its standard model, waiting for the end. */
  delegate(task: string, ...flags: string[]): Promise<Ended & { document: Summary }> {
    return this.stage.json<Summary>(['delegate', ...this.choice(), '--task', task, ...flags]);
  }

  /** The flags that choose the agent and its model. */
  choice(): string[] {
    const { tool, model, modelGiven } = this.agent;
    return ['--tool', tool, ...(modelGiven ? ['--model', model] : ['--tier', 'standard'])];
  }

  /** Waits for the task. */
  wait(task = 'task-1'): Promise<Ended & { document: Summary }> {
    return this.stage.json<Summary>(['wait', task]);
  }

  /** Another turn of the task, waiting for its end. */
  reply(text: string): Promise<Ended & { document: Summary }> {
    return this.stage.json<Summary>(['reply', 'task-1', text]);
  }

  /** What git says the task's branch changed. */
  changed({ base, branch }: Summary): string {
    return this.stage.git('diff', '--name-status', `${base}..${branch}`);
  }

  get worktree(): string {
    return join(this.stage.home, 'worktrees', 'repo', 'task-1');
  }

  /** The user's own copy of the tool, which gives the program more arguments. */
  addArguments(args: string[]): void {
    const { tool } = this.agent;
    const own = join(this.stage.config, 'orchestra', 'tools', tool);
    cpSync(join(import.meta.dirname, '..', '..', 'tools', tool), own, {
      recursive: true,
      filter: (path) => basename(path) !== 'fixtures',
    });
    const script = join(own, 'run.sh');
    writeFileSync(script, withArguments(readFileSync(script, 'utf8'), args));
  }

  /** The agent forgets its sessions. */
  forgetSessions(): void {
    const home = this.stage.env.HOME as string;
    for (const path of this.agent.sessions) rmSync(join(home, path), { recursive: true });
  }

  /** The processes of this scene that are the agent's own program, by the tag that each process of a run carries. */
  agentProcesses(): number[] {
    const folder = agentFolder(this.agent.tool);
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.map(Number).filter((pid) => {
      const variables = fileOf(pid, 'environ').split('\0');
      const ours = variables.includes(`ORCHESTRA_HOME=${this.stage.home}`);
      const tagged = variables.some((one) => /^ORCHESTRA_RUN=.*\/task-1\/\d+$/.test(one));
      return ours && tagged && [exeOf(pid), fileOf(pid, 'cmdline')].some((text) => text.includes(folder));
    });
  }

  /** How the tool itself ended in a run: its exit status, or the signal. */
  exitOf(run: number): number | string {
    const text = readFileSync(join(this.stage.home, 'runs', 'task-1', String(run), 'exit.json'), 'utf8');
    const { code, signal } = JSON.parse(text) as { code: number | null; signal: string | null };
    return signal ?? (code as number);
  }

  /** The texts of the tool results that a request brought back to the model. */
  results(body: unknown): string[] {
    const { messages } = body as { messages: { content: string | { type: string; content?: unknown }[] }[] };
    return messages
      .flatMap(({ content }) => (typeof content === 'string' ? [] : content))
      .filter(({ type }) => type === 'tool_result')
      .map(({ content }) => (typeof content === 'string' ? content : JSON.stringify(content)));
  }

  ledger(): LedgerLine[] {
    const text = readFileSync(join(this.stage.home, 'ledger.jsonl'), 'utf8');
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as LedgerLine);
  }

  /** What the model server has counted so far, all models together, as the agent's wire can tell it. */
  served(): Usage {
    return this.told(Object.values(this.server.served()));
  }

  /** The same with what cut answers had told before the cut: a provider would charge for it. */
  charged(): Usage {
    const begun = this.server.requests.flatMap((request) => request.begun ?? []);
    return sumOf([this.served(), this.told(begun)]);
  }

  told(totals: Usage[]): Usage {
    const sum = sumOf(totals);
    if (!this.agent.foldsCacheWrite) return sum;
    return { ...sum, input: sum.input + sum.cacheWrite, cacheWrite: 0 };
  }
}

/** The sum of token counts; other fields are left out. */
export function sumOf(totals: Usage[]): Usage {
  const sum = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  for (const { input, output, cacheRead, cacheWrite } of totals) {
    sum.input += input;
    sum.output += output;
    sum.cacheRead += cacheRead;
    sum.cacheWrite += cacheWrite;
  }
  return sum;
}

function fileOf(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}

function exeOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return '';
  }
}
