import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type ModelServer, startModelServer } from '../model-server/server.ts';
import type { Agent } from './agent.ts';
import { agentFolder, installAgent, pinned } from './install.ts';
import type { Case } from './record-cases.ts';
import { writeFixture } from './record-fixture.ts';
import { type AgentHome, type AgentRun, prepareAgentHome, runAgent, withArguments } from './run-agent.ts';

const PROMPT = 'Write hello.txt, show it, then say what you did.';
const tools = join(import.meta.dirname, '../../tools');

/** Records the named cases of an agent (default: all) into the fixtures of its tool. */
async function record(agent: Agent, names: string[]): Promise<void> {
  const unknown = names.filter((name) => agent.cases[name] === undefined);
  if (unknown.length > 0)
    throw new Error(
      `${agent.tool} has no case ${unknown.join(', ')}; it has ${Object.keys(agent.cases).join(', ')}`,
    );
  for (const [name, one] of Object.entries(agent.cases))
    if (names.length === 0 || names.includes(name)) await recordCase(agent, name, one);
}

async function recordCase(agent: Agent, name: string, one: Case): Promise<void> {
  const server = await startModelServer({
    scripts: [...(agent.sideCalls ?? []), ...(one.beside ?? []), one.script],
    needsKey: true,
  });
  const url = one.nobody ? 'http://127.0.0.1:9' : server.url;
  const home = await prepareAgentHome([agent], { url, key: one.key, files: one.files });
  const place = { agent, one, home, server };
  try {
    const cwd = join(home.root, 'project');
    await mkdir(cwd);
    execFileSync('git', ['init', '--quiet', cwd]);
    let session = one.session;
    if (one.before) {
      const first = await runCase(place, PROMPT, undefined);
      session = /"(?:session_?id|thread_id)":"([^"]+)"/i.exec(first.stdout)?.[1];
    }
    const before = server.requests.length;
    const run = await runCase(place, one.prompt ?? PROMPT, session);
    const argv = await argvOf(place, session);
    const files = await writeFixture({ tool: agent.tool, name, argv, run, neutral: neutraliser(place) });
    const served = server.requests.slice(before).map(({ status, usage }) => [status, usage]);
    process.stderr.write(`${files}: exit ${run.code ?? run.signal}, served ${JSON.stringify(served)}\n`);
  } finally {
    await server.close();
    await home.dispose();
  }
}

interface Place {
  agent: Agent;
  one: Case;
  home: AgentHome;
  server: ModelServer;
}

async function runCase(place: Place, prompt: string, session: string | undefined): Promise<AgentRun> {
  const { one, home, server } = place;
  const stop = new AbortController();
  const finished = new AbortController();
  if (one.termAfter)
    void delay(one.termAfter, undefined, { signal: finished.signal }).then(() => stop.abort(), ignore);
  const count = one.termAtRequest ?? one.intAtRequest;
  const signal = one.intAtRequest ? 'SIGINT' : 'SIGTERM';
  if (count) void waitForRequests(server, count, finished.signal).then(() => stop.abort(signal), ignore);
  const file = join(home.root, 'prompt.md');
  await writeFile(file, prompt);
  try {
    return await runAgent('bash', [await runScript(place)], {
      cwd: join(home.root, 'project'),
      env: { ...variables(place, session), ORCHESTRA_PROMPT_FILE: file },
      input: prompt,
      stop: stop.signal,
      timeout: 120_000,
    });
  } finally {
    finished.abort();
  }
}

/** The tool's own `run.sh`, or a copy beside it whose arguments are longer. */
async function runScript({ agent, one, home }: Place): Promise<string> {
  const script = join(tools, agent.tool, 'run.sh');
  if (!one.extraArgs) return script;
  const copy = join(home.root, 'run.sh');
  await writeFile(copy, withArguments(await readFile(script, 'utf8'), one.extraArgs));
  return copy;
}

function variables({ agent, one, home }: Place, session: string | undefined): Record<string, string> {
  return {
    ...home.env,
    ...one.env,
    ORCHESTRA_MODEL: one.model ?? agent.model,
    ORCHESTRA_ACCESS: one.access ?? 'edit',
    ORCHESTRA_TASK: 'task-1',
    ...(session && { ORCHESTRA_SESSION: session }),
    ...(one.budget && { ORCHESTRA_BUDGET_USD: one.budget }),
  };
}

/** What `run.sh` would execute, learned from a stand-in for the tool that prints its arguments. */
async function argvOf(place: Place, session: string | undefined): Promise<string[]> {
  const { agent, home } = place;
  const bin = join(home.root, 'bin');
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, agent.binary), '#!/bin/sh\nprintf "%s\\0" "$@"\n');
  await chmod(join(bin, agent.binary), 0o755);
  const env = variables(place, session);
  const run = await runAgent('bash', [await runScript(place)], {
    cwd: join(home.root, 'project'),
    env: { ...env, PATH: `${bin}:${env.PATH}` },
    input: '',
  });
  return [agent.binary, ...run.stdout.split('\0').slice(0, -1)];
}

/** Replaces this machine's paths and ports by ordinary ones of the same meaning. */
function neutraliser({ agent, home: { root }, server: { url } }: Place): (text: string) => string {
  const pairs: [string, string][] = [
    [`${root}/home`, '/home/dev'],
    [`${root}/tmp`, '/tmp'],
    [root, '/home/dev'],
    [`${root.replaceAll('/', '-')}-home`, '-home-dev'],
    [root.replaceAll('/', '-'), '-home-dev'],
    [new URL(url).host, '127.0.0.1:4000'],
    [`${agentFolder(agent.tool)}/node_modules`, '/usr/lib/node_modules'],
    [join(process.execPath, '..', '..'), '/usr'],
    [join(tools, '..'), '/opt/orchestra'],
  ];
  return (text) =>
    pairs
      .reduce((done, [from, to]) => done.replaceAll(from, to), text)
      .replace(/("?localPort"?): \d+/g, '$1: 40000')
      .replace(/("?remotePort"?): \d+/g, '$1: 4000');
}

async function waitForRequests(server: ModelServer, count: number, signal: AbortSignal): Promise<void> {
  while (server.requests.length < count) await delay(20, undefined, { signal });
}

function ignore(): void {}

const [tool = '', ...names] = process.argv.slice(2);
if (!pinned.includes(tool)) {
  process.stderr.write(`usage: npm run record ${pinned.join('|')} [CASE ...]\n`);
  process.exit(2);
}
await installAgent(tool);
const { agent } = (await import(`./${tool}/agent.ts`)) as { agent: Agent };
await record(agent, names);
