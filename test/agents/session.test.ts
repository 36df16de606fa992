import { expect, test } from 'vitest';
import type { Turn } from '../model-server/script.ts';
import { agents, openScene, priceOf, sumOf, work } from './scene.ts';

const second: Turn[] = [
  {
    tool: 'shell',
    command: 'echo more > more.txt',
    usage: { input: 211, output: 29, cacheRead: 2168, cacheWrite: 41 },
  },
  { text: 'There is more.', usage: { input: 17, output: 11, cacheRead: 2209, reasoning: 3 } },
];

test.each(agents)('a reply to $tool goes on in its session and is paid for once', async (agent) => {
  const scene = await openScene({ turns: work, later: [second] });
  await scene.delegate(agent, 'Write hello.txt and copy it.');
  const first = scene.served();
  const { code, document } = await scene.reply('And now more.');
  expect({ code, document }).toMatchObject({
    code: 3,
    document: { status: 'review', answer: 'There is more.', runs: 2 },
  });
  expect(scene.server.requests.at(-1)?.prompts).toEqual(['Write hello.txt and copy it.', 'And now more.']);
  expect(scene.changed(document)).toBe('A\tcopy.txt\nA\thello.txt\nA\tmore.txt');
  const all = scene.served();
  const own = { input: 228, output: 40, cacheRead: 4377, cacheWrite: 41 };
  expect(all).toEqual(sumOf([first, own]));
  const { source } = agent;
  expect(scene.ledger()).toMatchObject([
    { run: 1, tokens: first, usd: expect.closeTo(priceOf(agent, first), 9), source },
    { run: 2, tokens: own, usd: expect.closeTo(priceOf(agent, own), 9), source },
  ]);
  expect(document.cost).toEqual({ usd: expect.closeTo(priceOf(agent, all), 9), source, tokens: all });
});
