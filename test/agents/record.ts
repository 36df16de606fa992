import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type ModelServer, startModelServer } from '../model-server/server.ts';
import { installAgents } from './install.ts';
import { type Case, claudeCases, codexCases } from './record-cases.ts';
import { type AgentHome, type AgentRun, prepareAgentHome, runAgent } from './run-agent.ts';

const TOOLS = {
  'claude-code': { binary: 'claude', model: 'claude-sonnet-5', cases: claudeCases },
  codex: { binary: 'codex', model: 'gpt-6-sol', cases: codexCases },
};
const PROMPT = 'Write hello.txt, show it, then say what you did.';
const HELPER = {
  match: /^Look around$/,
  turns: [{ text: 'Nothing here.', usage: { input: 300, output: 9 } }],
};
const tools = join(import.meta.dirname, '../../tools');

/** Records the named cases of a tool (default: all) into its fixtures; `expected.json` stays as it is. */
async function record(tool: keyof typeof TOOLS, names: string[]): Promise<void> {
  const { cases } = TOOLS[tool];
  for (const name of names.length > 0 ? names : Object.keys(cases)) {
    const one = cases[name];
    if (!one) throw new Error(`${tool} has no case ${name}; it has ${Object.keys(cases).join(', ')}`);
    await recordCase(tool, name, one);
  }
}

async function recordCase(tool: keyof typeof TOOLS, name: string, one: Case): Promise<void> {
  const server = await startModelServer({ scripts: [HELPER, one.script] });
  const agent = await prepareAgentHome({ url: server.url });
  try {
    const cwd = join(agent.root, 'project');
    await mkdir(cwd);
    execFileSync('git', ['init', '--quiet', cwd]);
    if (name === 'no-network') await redirectCodex(agent, 'http://127.0.0.1:9/v1');
    let session = one.session;
    if (one.before) {
      const first = await runCase(tool, { ...one, prompt: PROMPT }, agent, server, undefined);
      session = /"(?:session_id|thread_id)":"([^"]+)"/.exec(first.stdout)?.[1];
    }
    const run = await runCase(tool, one, agent, server, session);
    await writeFixture(tool, name, one, agent, server, session, run);
  } finally {
    await server.close();
    await agent.dispose();
  }
}

async function runCase(
  tool: keyof typeof TOOLS,
  one: Case,
  agent: AgentHome,
  server: ModelServer,
  session: string | undefined,
): Promise<AgentRun> {
  const stop = new AbortController();
  const finished = new AbortController();
  const prompt = one.prompt ?? PROMPT;
  if (one.termAfter)
    void delay(one.termAfter, undefined, { signal: finished.signal }).then(() => stop.abort(), ignore);
  if (one.termAtRequest)
    void waitForRequests(server, one.termAtRequest, finished.signal).then(() => stop.abort(), ignore);
  try {
    return await runAgent('bash', [await runScript(tool, one, agent)], {
      cwd: join(agent.root, 'project'),
      env: await variables(tool, one, agent, session),
      input: prompt,
      stop: stop.signal,
    });
  } finally {
    finished.abort();
  }
}

/** The tool's own `run.sh`, or a copy of it whose arguments are longer. */
async function runScript(tool: string, one: Case, agent: AgentHome): Promise<string> {
  const script = join(tools, tool, 'run.sh');
  if (!one.extraArgs) return script;
  const copy = join(agent.root, 'run.sh');
  const text = await readFile(script, 'utf8');
  await writeFile(copy, text.replaceAll('"${argv[@]}"', `"\${argv[@]}" ${one.extraArgs.join(' ')}`));
  return copy;
}

async function variables(tool: keyof typeof TOOLS, one: Case, agent: AgentHome, session: string | undefined) {
  const env: Record<string, string> = { ...agent.env, ...one.env, ORCHESTRA_MODEL: TOOLS[tool].model };
  env.ORCHESTRA_ACCESS = one.access ?? 'edit';
  env.CLAUDE_CODE_MAX_RETRIES = '1';
  if (session) env.ORCHESTRA_SESSION = session;
  if (one.budget) env.ORCHESTRA_BUDGET_USD = one.budget;
  return env;
}

async function writeFixture(
  tool: keyof typeof TOOLS,
  name: string,
  one: Case,
  agent: AgentHome,
  server: ModelServer,
  session: string | undefined,
  run: AgentRun,
): Promise<void> {
  const folder = join(tools, tool, 'fixtures', name);
  const neutral = neutraliser(agent, server);
  const { binary } = TOOLS[tool];
  const [version] = execFileSync(binary, ['--version'], {
    env: agent.env,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
    .toString()
    .match(/\d+\.\d+\.\d+/) ?? [null];
  const env = await variables(tool, one, agent, session);
  const recorded = {
    version,
    date: new Date().toISOString().slice(0, 10),
    argv: (await argvOf(tool, one, agent, env)).map(neutral),
    exit: run.code ?? run.signal,
  };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'output'), neutral(run.stdout));
  await rm(join(folder, 'stderr'), { force: true });
  if (run.stderr) await writeFile(join(folder, 'stderr'), neutral(run.stderr));
  await writeFile(join(folder, 'recorded.json'), `${JSON.stringify(recorded, null, 2)}\n`);
  process.stderr.write(
    `${tool}/${name}: exit ${run.code ?? run.signal}, served ${JSON.stringify(server.served())}\n`,
  );
}

/** What `run.sh` would execute, learned from a stand-in for the tool that prints its arguments. */
async function argvOf(tool: keyof typeof TOOLS, one: Case, agent: AgentHome, env: Record<string, string>) {
  const { binary } = TOOLS[tool];
  const bin = join(agent.root, 'bin');
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, binary), '#!/bin/sh\nprintf "%s\\0" "$@"\n');
  await chmod(join(bin, binary), 0o755);
  const run = await runAgent('bash', [await runScript(tool, one, agent)], {
    cwd: join(agent.root, 'project'),
    env: { ...env, PATH: `${bin}:${env.PATH}` },
    input: '',
  });
  return [binary, ...run.stdout.split('\0').slice(0, -1)];
}

/** Replaces this machine's paths and ports by ordinary ones of the same meaning. */
function neutraliser({ root }: AgentHome, { url }: ModelServer): (text: string) => string {
  const pairs: [string, string][] = [
    [`${root}/home`, '/home/dev'],
    [`${root}/tmp`, '/tmp'],
    [root, '/home/dev'],
    [`${root.replaceAll('/', '-')}-home`, '-home-dev'],
    [root.replaceAll('/', '-'), '-home-dev'],
    [new URL(url).host, '127.0.0.1:4000'],
  ];
  return (text) => pairs.reduce((done, [from, to]) => done.replaceAll(from, to), text);
}

async function redirectCodex(agent: AgentHome, url: string): Promise<void> {
  const file = join(agent.home, '.codex', 'config.toml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/^base_url = .*$/m, `base_url = "${url}"`));
}

async function waitForRequests(server: ModelServer, count: number, signal: AbortSignal): Promise<void> {
  while (server.requests.length < count) await delay(20, undefined, { signal });
}

function ignore(): void {}

const [tool, ...names] = process.argv.slice(2);
if (tool !== 'claude-code' && tool !== 'codex') {
  process.stderr.write('usage: node test/agents/record.ts claude-code|codex [CASE ...]\n');
  process.exit(2);
}
process.env.PATH = `${await installAgents()}:${process.env.PATH}`;
await record(tool, names);
