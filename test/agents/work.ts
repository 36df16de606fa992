import { expect, test } from 'vitest';
import type { Turn } from '../model-server/script.ts';
import { eventually } from '../support/stage.ts';
import type { Agent } from './agent.ts';
import { costWords, priceOf } from './cost.ts';
import { pinnedVersion } from './install.ts';
import { openScene, work } from './scene.ts';

const troubled: Turn[] = [
  work[0],
  { tool: 'shell', command: "printf 'trouble-%s\\n' 42 >&2; exit 3", usage: { input: 21, output: 5 } },
  { text: 'The command failed.', usage: { input: 8, output: 4 } },
];

interface Listed {
  name: string;
  version: string | null;
}

export function workTests(agent: Agent): void {
  const { tool, source } = agent;
  const model = agent.modelTold ?? agent.model;

  test(`${tool} is there in the pinned version, which its profile supports`, async () => {
    const scene = await openScene(agent, []);
    // A version that takes more than 10 s to tell is unknown: so it may be on a very busy machine.
    const found = await eventually(async () => {
      const { document } = await scene.stage.json<{ tools: Listed[] }>(['tools']);
      return document.tools.find(({ name, version }) => name === tool && version !== null);
    }, 100);
    expect(found).toMatchObject({ installed: true, version: pinnedVersion(tool), supported: true });
  });

  test(`${tool} works on a branch; its files are what git shows, its answer, tokens and price what the provider gave`, async () => {
    const scene = await openScene(agent, [{ turns: work }]);
    const { code, document } = await scene.delegate('Write hello.txt and copy it.');
    expect({ code, document }).toMatchObject({
      code: 3,
      document: { status: 'review', tool, model, errors: [], runs: 1 },
    });
    expect(document.answer).toBe('I wrote hello.txt and a copy of it.');
    const files = document.files.map(({ path, change }) => `${change} ${path}`);
    expect(files).toEqual(['added copy.txt', 'added hello.txt']);
    expect(scene.changed(document)).toBe('A\tcopy.txt\nA\thello.txt');
    const tokens = scene.served();
    if (!agent.sideCalls)
      expect(tokens).toEqual(scene.told([{ input: 1125, output: 101, cacheRead: 4179, cacheWrite: 2168 }]));
    const price = priceOf(agent, tokens);
    const usd = price === null ? null : expect.closeTo(price, 9);
    expect(document.cost).toEqual({ usd, source, tokens });
    expect(scene.ledger()).toMatchObject([{ task: 'task-1', run: 1, tool, model, usd, source, tokens }]);
  });

  test(`${tool} can be looked at, read and landed afterwards`, async () => {
    const scene = await openScene(agent, [{ turns: work }]);
    const { stage } = scene;
    await scene.delegate('Write hello.txt and copy it.');
    const lines = [
      /^edit {4}(\S*\/)?hello\.txt/m,
      /^run {5}.*cat hello\.txt/m,
      /^I wrote hello\.txt and/m,
      /^end /m,
    ];
    const { text } = (await stage.json<{ text: string }>(['peek', 'task-1'])).document;
    const { stdout: log } = await stage.run(['logs', 'task-1']);
    for (const line of lines)
      expect([text, log]).toEqual([expect.stringMatching(line), expect.stringMatching(line)]);
    expect(text).toContain('task-1 run 1 ended: exit 0');
    expect(`${text}${log}`).not.toContain('{"type"');
    expect(stage.git('ls-files')).not.toContain('hello.txt');
    const { code, document } = await stage.json(['approve', 'task-1']);
    expect({ code, document }).toMatchObject({ code: 0, document: { status: 'done' } });
    expect(stage.git('show', 'main:hello.txt')).toBe('hello');
  });

  test(`a shell command of ${tool} that fails is told to its model, and is no failure of the run`, async () => {
    const scene = await openScene(agent, [{ turns: troubled }]);
    const { code, document } = await scene.delegate('Write hello.txt and run it.');
    expect({ code, document }).toMatchObject({
      code: 3,
      document: { status: 'review', answer: 'The command failed.', errors: [] },
    });
    expect(scene.exitOf(1)).toBe(0);
    expect(document.cost).toMatchObject({ source, tokens: scene.served() });
    const told = scene.server.requests.filter(({ prompts, results }) => prompts !== null && results === 2);
    expect(JSON.stringify(told[0]?.body)).toContain('trouble-42');
  });

  const { helper } = agent;
  if (helper)
    test(`what a helper of ${tool} uses is ${helper.cost} in the ledger`, async () => {
      const { name, input, access = 'edit' } = helper;
      const usage = { input: 500, output: 40 };
      const scene = await openScene(agent, [
        { match: /Look around/, turns: [{ text: 'Nothing here.', usage: { input: 300, output: 9 } }] },
        { turns: [{ tool: 'call', name, input, usage }, work[0], { text: 'My helper looked.' }] },
      ]);
      const { document } = await scene.delegate('Ask your helper.', '--access', access);
      expect(document).toMatchObject({ status: 'review', answer: 'My helper looked.' });
      const asked = scene.server.requests.filter(({ prompts }) => prompts?.[0]?.includes('Look around'));
      expect(asked).not.toEqual([]);
      expect(costWords(scene, document.cost)).toBe(helper.cost);
    });
}
