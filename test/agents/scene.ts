import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { calcPrice } from '@pydantic/genai-prices';
import { onTestFinished } from 'vitest';
import type { LedgerLine } from '../../src/model/ledger.ts';
import type { Summary } from '../../src/model/summary.ts';
import type { Usage } from '../../src/model/usage.ts';
import type { Script, Turn } from '../model-server/script.ts';
import { type ModelServer, startModelServer } from '../model-server/server.ts';
import { type Ended, Stage } from '../support/stage.ts';
import { prepareAgentHome } from './run-agent.ts';

/** The agents under test; `model` is what their profile names for standard work, `provider` whose price list has it. */
export const agents = [
  { tool: 'claude-code', model: 'claude-sonnet-5', provider: 'anthropic', source: 'reported' },
  { tool: 'codex', model: 'gpt-6-sol', provider: 'openai', source: 'computed' },
] as const;
const programs: string[] = ['claude', 'codex'];
export type Agent = (typeof agents)[number];

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

/** A home with the real agents, a repository, and the model that plays `scripts` to them. All of it ends with the test. */
export async function openScene(...scripts: Script[]): Promise<Scene> {
  const server = await startModelServer({ scripts });
  onTestFinished(() => server.close());
  const agent = await prepareAgentHome({
    url: server.url,
    path: [join(import.meta.dirname, '..', '..', 'bin')],
  });
  onTestFinished(() => agent.dispose());
  const stage = new Stage();
  Object.assign(stage.env, agent.env);
  return new Scene(stage, server);
}

/** What one test drives: `bin/orchestra` in front, the model server behind, a real agent between them. */
export class Scene {
  readonly stage: Stage;
  readonly server: ModelServer;

  constructor(stage: Stage, server: ModelServer) {
    this.stage = stage;
    this.server = server;
  }

  /** `orchestra delegate` to one tool at its standard model, waiting for the end. */
  delegate(agent: Agent, task: string, ...flags: string[]): Promise<Ended & { document: Summary }> {
    return this.stage.json<Summary>([
      'delegate',
      ...['--tool', agent.tool, '--tier', 'standard', '--task', task],
      ...flags,
    ]);
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

  /** The processes of this scene that are the agent's own program, by the tag that each process of a run carries. */
  agentProcesses(): number[] {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.map(Number).filter((pid) => {
      const variables = fileOf(pid, 'environ').split('\0');
      const ours = variables.includes(`ORCHESTRA_HOME=${this.stage.home}`);
      const tagged = variables.some((one) => /^ORCHESTRA_RUN=.*\/task-1\/\d+$/.test(one));
      return ours && tagged && programs.includes(basename(fileOf(pid, 'cmdline').split('\0')[0] ?? ''));
    });
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

  /** What the model server has counted so far, all models together. */
  served(): Usage {
    return sumOf(Object.values(this.server.served()));
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

/** The provider's price for tokens of the agent's model, in US dollars, from the public list. */
export function priceOf({ model, provider }: Agent, { input, output, cacheRead, cacheWrite }: Usage): number {
  const usage = {
    input_tokens: input + cacheRead + cacheWrite,
    output_tokens: output,
    cache_read_tokens: cacheRead,
    cache_write_tokens: cacheWrite,
  };
  const price = calcPrice(usage, model, { providerId: provider });
  if (price === null) throw new Error(`the price list has no ${model}`);
  return price.total_price;
}
