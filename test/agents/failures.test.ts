import { expect, test } from 'vitest';
import type { Usage } from '../../src/model/usage.ts';
import type { Turn } from '../model-server/script.ts';
import { type Agent, agents, openScene, type Scene, sumOf, work } from './scene.ts';

/** What the model answers for ever, the class that is made of it, and what of the tool's words the user must see. */
const failures: { name: string; turn: Turn; class: string; says: Record<Agent['tool'], RegExp> }[] = [
  {
    name: '401',
    turn: { status: 401, message: 'invalid x-api-key' },
    class: 'auth',
    says: { 'claude-code': /Invalid API key/, codex: /401 Unauthorized: .*invalid x-api-key/ },
  },
  {
    name: '429',
    turn: { status: 429, message: 'This request would exceed your rate limit.' },
    class: 'rate_limit',
    says: { 'claude-code': /exceed your rate limit/, codex: /429 Too Many Requests/ },
  },
  {
    name: '500',
    turn: { status: 500, message: 'Internal server error' },
    class: 'provider_error',
    says: { 'claude-code': /500 Internal server error/, codex: /experiencing high demand/ },
  },
  {
    name: '400',
    turn: { status: 400, message: 'messages: text content blocks must be non-empty' },
    class: 'bad_request',
    says: { 'claude-code': /400 .*must be non-empty/, codex: /must be non-empty/ },
  },
  {
    name: 'stream that is cut',
    turn: { cut: true },
    class: 'network',
    says: { 'claude-code': /Connection to the API was lost/, codex: /stream disconnected/ },
  },
];
const rows = agents.flatMap((agent) => failures.map((failure) => ({ agent, tool: agent.tool, ...failure })));

test.each(rows)(
  '$tool fails on a $name in the midst of its work, says why and what it spent',
  async (row) => {
    const { agent } = row;
    const scene = await openScene({ turns: [work[0], row.turn, work[1], work[2]] });
    const { code, document } = await scene.delegate(agent, 'Write hello.txt and copy it.');
    expect({ code, document }).toMatchObject({
      code: 1,
      document: {
        status: 'failed',
        errors: [{ class: row.class, message: expect.stringMatching(row.says[agent.tool]) }],
      },
    });
    expect(scene.changed(document)).toBe('A\thello.txt');
    const { usd, source, tokens } = document.cost;
    expect(scene.ledger()).toMatchObject([{ run: 1, status: 'failed', usd, source, tokens }]);
    if (agent.tool === 'codex') {
      expect(document.cost).toEqual({ usd: null, source: 'unknown', tokens: null });
      return;
    }
    const { output, ...spent } = charged(scene);
    expect({ source, tokens }).toMatchObject({ source: 'reported', tokens: spent });
    // How much had come of an answer that was cut, the agent guesses.
    if (row.name.includes('cut')) expect(tokens?.output).toBeGreaterThanOrEqual(output);
    else expect(tokens?.output).toBe(output);
  },
);

/** What the provider would charge: whole answers, and what the cut ones had told before the cut. */
function charged(scene: Scene): Usage {
  const begun = scene.server.requests.flatMap((request) => request.begun ?? []);
  return sumOf([scene.served(), ...begun]);
}

test.each(agents)('$tool that is refused at once fails with auth and nothing to land', async (agent) => {
  const scene = await openScene({ turns: [{ status: 401, message: 'invalid x-api-key' }, ...work] });
  const { code, document } = await scene.delegate(agent, 'Write hello.txt and copy it.');
  expect({ code, document }).toMatchObject({
    code: 1,
    document: { status: 'failed', errors: [{ class: 'auth' }], files: [], commits: [] },
  });
  expect(document.reason).toMatch(failures[0]?.says[agent.tool] as RegExp);
  const nothing = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  const told = agent.tool === 'codex' ? null : nothing;
  expect(scene.ledger()).toMatchObject([{ tokens: told, source: told === null ? 'unknown' : 'reported' }]);
});
