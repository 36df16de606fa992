import { expect, test } from 'vitest';
import type { Turn } from '../model-server/script.ts';
import type { Agent } from './agent.ts';
import { openScene } from './scene.ts';

const usage = { input: 101, output: 17 };
const wrong: Turn[] = [
  { tool: 'write', path: 'sum.sh', content: 'echo $(($1 - $2))\n', usage },
  { text: 'sum.sh adds. All tests pass.', usage },
];
const right: Turn[] = [
  { tool: 'shell', command: "echo 'echo $(($1 + $2))' > sum.sh", usage },
  { text: 'Now it adds.', usage },
];
const CHECK = 'test "$(sh sum.sh 2 3)" = 5';

/** What an agent does when Orchestra finds its work wrong. */
export function repairTests(agent: Agent): void {
  const { tool } = agent;

  test(`${tool} is told in its session which check is red and mends the work: two runs, one task`, async () => {
    const scene = await openScene(agent, [{ turns: wrong, later: [right] }]);
    const { code, document } = await scene.delegate('Add two numbers.', '--check', CHECK, '--attempts', '3');
    expect(document).toMatchObject({ status: 'review', runs: 2, answer: 'Now it adds.' });
    expect(code).toBe(3);
    expect(document.checks).toMatchObject([{ command: CHECK, passed: true }]);
    const told = scene.server.requests.flatMap(({ prompts }) => prompts ?? []);
    expect(told.some((prompt) => prompt.includes(`The check \`${CHECK}\` does not pass`))).toBe(true);
    const events = await scene.stage.json<{ events: { type: string }[] }>(['status', 'task-1']);
    const types = events.document.events
      .map(({ type }) => type)
      .filter((type) => !/progressed|warned/.test(type));
    expect(types).toEqual([
      ...['requested', 'routed', 'planned', 'spawned', 'ended', 'parsed', 'verified', 'settled'],
      ...['queued', 'planned', 'spawned', 'ended', 'parsed', 'verified', 'settled'],
    ]);
    const lines = scene.ledger();
    expect(lines.map(({ run, status }) => ({ run, status }))).toEqual([
      { run: 1, status: 'failed' },
      { run: 2, status: 'review' },
    ]);
    expect(document.cost.tokens).toEqual(scene.served());
  });

  test(`${tool} that says all tests pass over a red check has failed, and its branch has the work`, async () => {
    const scene = await openScene(agent, [{ turns: wrong, later: [[{ text: 'It is right.', usage }]] }]);
    const { code, document } = await scene.delegate('Add two numbers.', '--check', CHECK, '--attempts', '2');
    expect(document).toMatchObject({ status: 'failed', runs: 2, errors: [{ class: 'check_failed' }] });
    expect(code).toBe(1);
    expect(scene.stage.git('show', `${document.branch}:sum.sh`)).toBe('echo $(($1 - $2))');
  });
}
