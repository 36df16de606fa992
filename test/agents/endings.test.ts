import { expect, test } from 'vitest';
import type { Cost } from '../../src/model/usage.ts';
import type { Turn } from '../model-server/script.ts';
import { eventually } from '../support/stage.ts';
import { type Agent, agents, openScene, type Scene, work } from './scene.ts';

const [claude, codex] = agents;
/** Writes the file, then waits for a model that does not answer. */
const stuck: Turn[] = [work[0], { slow: 120_000 }, ...work.slice(1)];
const atSecondCall = (scene: Scene) => eventually(() => scene.server.requests.length >= 2, 60);

/** What can be known of a run that was cut in its second call: the input of the first one, from one of them. */
function expectPartial(agent: Agent, { usd, source, tokens }: Cost): void {
  if (agent.tool === 'codex')
    expect({ usd, source, tokens }).toEqual({ usd: null, source: 'unknown', tokens: null });
  else
    expect({ source, tokens }).toMatchObject({
      source: 'estimated',
      tokens: { input: 1103, cacheWrite: 2011 },
    });
}

const kills = agents.flatMap((agent) =>
  (['SIGKILL', 'SIGTERM'] as const).map((signal) => ({ agent, tool: agent.tool, signal })),
);

test.each(kills)(
  '$tool that gets a $signal ends failed, keeps its work and leaves no process',
  async (row) => {
    const { agent, signal } = row;
    const scene = await openScene({ turns: stuck });
    await scene.delegate(agent, 'Write hello.txt and copy it.', '--detach');
    await atSecondCall(scene);
    const [pid] = scene.agentProcesses();
    process.kill(pid as number, signal);
    const { code, document } = await scene.wait();
    expect({ code, document }).toMatchObject({
      code: 1,
      document: { status: 'failed', errors: [{ class: 'killed', message: expect.stringContaining(signal) }] },
    });
    expect(scene.changed(document)).toBe('A\thello.txt');
    expect(scene.agentProcesses()).toEqual([]);
    expect(scene.ledger()).toMatchObject([{ run: 1, status: 'failed', ...document.cost }]);
    expectPartial(agent, document.cost);
  },
);

test.each(agents)('$tool is stopped at its time limit with exit 5', async (agent) => {
  const scene = await openScene({ turns: stuck });
  const { code, document } = await scene.delegate(agent, 'Write hello.txt and copy it.', '--timeout', '6s');
  expect({ code, document }).toMatchObject({
    code: 5,
    document: { status: 'failed', errors: [{ class: 'timeout' }] },
  });
  expect(scene.changed(document)).toBe('A\thello.txt');
  expect(scene.agentProcesses()).toEqual([]);
  expect(scene.ledger()).toMatchObject([{ run: 1, status: 'failed', ...document.cost }]);
  expectPartial(agent, document.cost);
});

test('claude-code is stopped at its budget with exit 4, before it has done all its work', async () => {
  const scene = await openScene({ turns: stuck });
  const { code, document } = await scene.delegate(
    claude,
    'Write hello.txt and copy it.',
    '--budget',
    '0.002',
  );
  expect({ code, document }).toMatchObject({
    code: 4,
    document: { status: 'failed', errors: [{ class: 'over_budget' }] },
  });
  expect(scene.changed(document)).not.toContain('copy.txt');
  expect(scene.agentProcesses()).toEqual([]);
  expect(scene.ledger()).toMatchObject([{ status: 'failed', ...document.cost }]);
  expect(document.cost.usd).toBeGreaterThan(0.002);
});

test('codex tells its price at its end only, so a budget never lets it pass for done', async () => {
  const scene = await openScene({ turns: work });
  const budget = ['--budget', '0.002', '--auto-approve'];
  const { document } = await scene.delegate(codex, 'Write hello.txt and copy it.', ...budget);
  expect(document.status).not.toBe('done');
  expect(document.errors).toMatchObject([{ class: 'over_budget' }]);
  expect(document.cost.tokens).toEqual(scene.served());
});

test('a budget of the task holds in its second run too', async () => {
  const second: Turn[] = [
    { tool: 'shell', command: 'echo more > more.txt', usage: { input: 900, output: 30, cacheRead: 2168 } },
    { slow: 120_000 },
    { text: 'There is more.' },
  ];
  const scene = await openScene({ turns: work, later: [second] });
  await scene.delegate(claude, 'Write hello.txt and copy it.', '--budget', '0.0105');
  const { code, document } = await scene.reply('And more.');
  expect({ code, document }).toMatchObject({
    code: 4,
    document: { status: 'failed', errors: [{ class: 'over_budget' }], runs: 2 },
  });
  expect(document.errors[0]?.message).toContain('of $0.0105');
  // The agent is told what is left and may tell its own end before it is ended.
  const known = expect.stringMatching(/^(reported|estimated)$/);
  expect(scene.ledger()).toMatchObject([{ source: 'reported' }, { source: known }]);
  expect(scene.agentProcesses()).toEqual([]);
});
