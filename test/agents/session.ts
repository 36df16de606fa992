import { expect, test } from 'vitest';
import type { Turn } from '../model-server/script.ts';
import type { Agent } from './agent.ts';
import { priceOf } from './cost.ts';
import { openScene, work } from './scene.ts';

const second: Turn[] = [
  {
    tool: 'shell',
    command: 'echo more > more.txt',
    usage: { input: 211, output: 29, cacheRead: 2168, cacheWrite: 41 },
  },
  { text: 'There is more.', usage: { input: 17, output: 11, cacheRead: 2209, reasoning: 3 } },
];
const third: Turn[] = [
  { text: 'That is all.', usage: { input: 31, output: 13, cacheRead: 2220, reasoning: 2 } },
];
const PROMPTS = ['Write hello.txt and copy it.', 'And now more.', 'Is that all?'] as const;

export function sessionTests(agent: Agent): void {
  const { tool, source } = agent;

  test(`the second and the third turn of ${tool} go on in its session, each paid for once`, async () => {
    const scene = await openScene(agent, [{ turns: work, later: [second, third] }]);
    await scene.delegate(PROMPTS[0]);
    const first = scene.served();
    const more = await scene.reply(PROMPTS[1]);
    expect(more).toMatchObject({
      code: 3,
      document: { status: 'review', answer: 'There is more.', runs: 2 },
    });
    const two = scene.served();
    const last = await scene.reply(PROMPTS[2]);
    expect(last).toMatchObject({ code: 3, document: { status: 'review', answer: 'That is all.', runs: 3 } });
    const asked = scene.server.requests.flatMap(({ prompts }) =>
      prompts?.[0]?.startsWith(PROMPTS[0]) ? [prompts] : [],
    );
    // A later call may say more on the agent's own behalf.
    expect(asked.map((said) => said.map((prompt) => prompt.trim()))).toContainEqual([...PROMPTS]);
    expect(scene.changed(last.document)).toBe('A\tcopy.txt\nA\thello.txt\nA\tmore.txt');
    const all = scene.served();
    const runs = [first, minus(two, first), minus(all, two)];
    const lines = runs.map((tokens, index) => {
      const price = priceOf(agent, tokens);
      return { run: index + 1, tokens, usd: price === null ? null : expect.closeTo(price, 9), source };
    });
    expect(scene.ledger()).toMatchObject(lines);
    expect(last.document.cost).toMatchObject({ source, tokens: all });
  });
}

function minus<T extends Record<string, number>>(a: T, b: T): T {
  return Object.fromEntries(Object.entries(a).map(([key, value]) => [key, value - (b[key] ?? 0)])) as T;
}
