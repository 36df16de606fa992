import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Turn } from '../model-server/script.ts';
import { eventually } from '../support/stage.ts';
import type { Agent } from './agent.ts';
import { costWords } from './cost.ts';
import { expectCame } from './failures.ts';
import { openScene, type Scene, work } from './scene.ts';

const TASK = 'Write hello.txt and copy it.';
/** Writes the file, then waits for a model that does not answer. */
const stuck: Turn[] = [work[0], { slow: 120_000 }, ...work.slice(1)];
const signals = ['SIGKILL', 'SIGTERM', 'SIGINT'] as const;

export function endingTests(agent: Agent): void {
  const { tool } = agent;

  for (const signal of signals) {
    const came = agent.rows[signal];
    if ('none' in came) continue;
    test(`${tool} that gets a ${signal} ends failed, keeps its work and leaves no process`, async () => {
      const scene = await openScene(agent, [{ turns: stuck }]);
      await scene.delegate(TASK, '--detach');
      await atSecondCall(scene);
      process.kill(-groupOf(scene.agentProcesses()[0] as number), signal);
      const { code, document } = await scene.wait();
      expect(code).toBe(1);
      expectCame(scene, document, came);
      expect(scene.changed(document)).toBe('A\thello.txt');
      expect(scene.agentProcesses()).toEqual([]);
      expect(scene.ledger()).toMatchObject([{ run: 1, status: 'failed', ...document.cost }]);
    });
  }

  test(`${tool} is stopped at its time limit with exit 5`, async () => {
    const scene = await openScene(agent, [{ turns: stuck }]);
    const { code, document } = await scene.delegate(TASK, '--timeout', `${agent.timeLimit}s`);
    expect({ code, document }).toMatchObject({
      code: 5,
      document: { status: 'failed', errors: [{ class: 'timeout' }] },
    });
    // On a very busy machine the limit may come before the first step.
    expect(scene.changed(document)).toBe(hasWorked(scene) ? 'A\thello.txt' : '');
    expect(scene.agentProcesses()).toEqual([]);
    expect(scene.ledger()).toMatchObject([{ run: 1, status: 'failed', ...document.cost }]);
    expect(costWords(scene, document.cost)).not.toMatch(/^more|reported|computed/);
  });
}

function atSecondCall(scene: Scene): Promise<unknown> {
  return eventually(() => hasWorked(scene), 120);
}

function hasWorked({ server }: Scene): boolean {
  return server.requests.some(({ results }) => results > 0);
}

/** The process group, the fifth field of `/proc/PID/stat`. */
function groupOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ');
  return Number(fields?.[2]);
}
