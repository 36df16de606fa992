import { expect, test } from 'vitest';
import type { Summary } from '../../src/model/summary.ts';
import type { Script, Turn } from '../model-server/script.ts';
import type { Agent, Came, FailingTurn, Row } from './agent.ts';
import { failing } from './agent.ts';
import { costWords } from './cost.ts';
import { openScene, type Scene, type SceneOptions, work } from './scene.ts';

const TASK = 'Write hello.txt and copy it.';
/** Ends the agents that retry in silence; far longer than any of them is quiet while it works. */
const STALL = '12s';
const NOBODY = 'http://127.0.0.1:9';

/** Holds a failed run against what the agent is known to give: in the summary, in `exit.json` and in the ledger. */
export function expectCame(scene: Scene, document: Summary, came: Came, run = 1): void {
  const line = scene.ledger().at(-1);
  const got = {
    ends: [document.status, ...document.errors.map((error) => error.class)].join(' '),
    exit: scene.exitOf(run),
    cost: line === undefined ? 'no line' : costWords(scene, line),
  };
  expect({ ...got, reason: document.reason }).toEqual({
    ends: came.ends,
    exit: came.exit instanceof RegExp ? expect.stringMatching(came.exit) : came.exit,
    cost: came.cost instanceof RegExp ? expect.stringMatching(came.cost) : came.cost,
    reason: expect.stringMatching(came.says),
  });
  expect(line).toMatchObject({ run, status: 'failed' });
}

export function failureTests(agent: Agent): void {
  const { tool } = agent;
  const open = async (script: Script, options: SceneOptions = {}) => {
    const scene = await openScene(agent, [script], options);
    scene.stage.env.ORCHESTRA_STALL = STALL;
    return scene;
  };
  /** A test of a row, or the reason why there is none. */
  const row = (name: Row, title: string, check: (came: Came) => Promise<void>) => {
    const came = agent.rows[name];
    if ('none' in came) test.skip(`${title}: ${came.none}`);
    else test(title, () => check(came));
  };

  for (const name of Object.keys(failing) as FailingTurn[]) {
    const turn: Turn = failing[name];
    row(
      name,
      `${tool} on a ${name} in the midst of its work says why it failed and what it spent`,
      async (came) => {
        const scene = await open({ turns: [work[0], turn, work[1], work[2]] });
        const { code, document } = await scene.delegate(TASK);
        expectCame(scene, document, came);
        expect(code).toBe(1);
        expect(scene.changed(document)).toBe('A\thello.txt');
        expect(scene.agentProcesses()).toEqual([]);
      },
    );
  }

  row('401', `${tool} that is refused at once has nothing to land`, async ({ ends, says }) => {
    const scene = await open({ turns: [failing['401'], ...work] });
    const { code, document } = await scene.delegate(TASK);
    expect({ code, document }).toMatchObject({
      code: 1,
      document: { status: 'failed', errors: [{ class: ends.split(' ')[1] }], files: [], commits: [] },
    });
    expect(document.reason).toMatch(says);
    expect(costWords(scene, document.cost)).toMatch(/^(exact |unknown$)/);
  });

  row('refused connection', `${tool} fails where nobody answers`, async (came) => {
    const scene = await open({ turns: work }, { url: NOBODY });
    const { document } = await scene.delegate(TASK);
    expectCame(scene, document, came);
    expect(scene.agentProcesses()).toEqual([]);
  });

  row('no key', `${tool} fails without a key`, async (came) => {
    const scene = await open({ turns: work }, { key: '' });
    const { document } = await scene.delegate(TASK);
    expectCame(scene, document, came);
  });

  row('bad flag', `${tool} that is given a flag it does not know says so`, async (came) => {
    const scene = await open({ turns: work });
    scene.addArguments(['--no-such-flag']);
    const { document } = await scene.delegate(TASK);
    expectCame(scene, document, came);
    expect(scene.server.requests).toEqual([]);
  });

  row('bad session', `a reply to ${tool} fails where the session is gone`, async (came) => {
    const scene = await open({ turns: work });
    await scene.delegate(TASK);
    scene.forgetSessions();
    const before = scene.server.requests.length;
    const { document } = await scene.reply('And now more.');
    expect(document.runs).toBe(2);
    scene.server.requests.splice(0, before);
    expectCame(scene, document, came, 2);
    expect(scene.ledger()).toHaveLength(2);
  });

  row('turn limit', `${tool} that reaches a limit of one turn has failed`, async (came) => {
    const { args = [], files } = { args: [], files: {}, ...agent.turnLimit };
    const scene = await open({ turns: work }, { files });
    if (args.length > 0) scene.addArguments(args);
    const { document } = await scene.delegate(TASK);
    expectCame(scene, document, came);
    expect(scene.changed(document)).not.toContain('copy.txt');
  });
}
