import { expect, test } from 'vitest';
import type { Turn } from '../model-server/script.ts';
import type { Agent } from './agent.ts';
import { costWords, priceOf } from './cost.ts';
import { openScene, work } from './scene.ts';

const TASK = 'Write hello.txt and copy it.';
const endless: Turn = { slow: 120_000 };
const secondTurn: Turn[] = [
  { tool: 'shell', command: 'echo more > more.txt', usage: { input: 900, output: 30, cacheRead: 2168 } },
  endless,
  { text: 'There is more.' },
];
const over = { status: 'failed', errors: [{ class: 'over_budget' }] };

export function budgetTests(agent: Agent): void {
  const { tool, price, tellsSpending } = agent;

  if (tellsSpending === 'in the midst')
    test(`${tool} is stopped at its budget with exit 4, before it has done all its work`, async () => {
      const scene = await openScene(agent, [{ turns: [work[0], endless, ...work.slice(1)] }]);
      // Where no price is known, a number of tokens stands in for the dollars.
      scene.stage.env.ORCHESTRA_UNPRICED_TOKENS = '2000';
      const { code, document } = await scene.delegate(TASK, '--budget', '0.002');
      expect({ code, document }).toMatchObject({ code: 4, document: over });
      expect(scene.changed(document)).not.toContain('copy.txt');
      expect(scene.agentProcesses()).toEqual([]);
      expect(scene.ledger()).toMatchObject([{ status: 'failed', ...document.cost }]);
      expect(costWords(scene, document.cost)).not.toMatch(/^more|computed/);
      if (price) expect(document.cost.usd).toBeGreaterThan(0.002);
    });

  if (tellsSpending === 'at its end' && price)
    test(`${tool} tells its price at its end only, so a budget never lets it pass for done`, async () => {
      const scene = await openScene(agent, [{ turns: work }]);
      const { document } = await scene.delegate(TASK, '--budget', '0.002', '--auto-approve');
      expect(document.status).not.toBe('done');
      expect(document.errors).toMatchObject([{ class: 'over_budget' }]);
      expect(document.cost.tokens).toEqual(scene.served());
    });

  if (!price)
    test(`${tool}, whose model has no price, says that nothing held it to its budget`, async () => {
      const scene = await openScene(agent, [{ turns: work }]);
      const { code, document } = await scene.delegate(TASK, '--budget', '0.002');
      expect({ code, document }).toMatchObject({ code: 3, document: { status: 'review', errors: [] } });
      expect(document.cost).toMatchObject({ usd: null, source: 'unknown', tokens: scene.served() });
      expect(document.reason).toContain('so the budget of $0.002 was not held in dollars');
    });

  if (tellsSpending === 'in the midst' && price)
    test(`a budget of the task holds in the second run of ${tool} too`, async () => {
      const scene = await openScene(agent, [{ turns: work, later: [secondTurn] }]);
      const first = priceOf(agent, scene.told(work.map(usageOf))) as number;
      const budget = (first * 1.1).toFixed(5);
      await scene.delegate(TASK, '--budget', budget);
      const { code, document } = await scene.reply('And more.');
      expect({ code, document }).toMatchObject({ code: 4, document: { ...over, runs: 2 } });
      expect(document.errors[0]?.message).toContain(`of $${Number(budget)}`);
      // The agent may be told what is left, and then tell its own end before it is ended.
      const known = expect.stringMatching(/^(reported|estimated)$/);
      expect(scene.ledger()).toMatchObject([{ source: 'reported' }, { source: known }]);
      expect(scene.agentProcesses()).toEqual([]);
    });
}

function usageOf(turn: Turn) {
  const named = 'usage' in turn ? turn.usage : {};
  return { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, ...named };
}
