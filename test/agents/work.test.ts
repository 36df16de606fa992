import { expect, test } from 'vitest';
import { agents, openScene, priceOf, work } from './scene.ts';

test.each(agents)(
  '$tool works on a branch; its files are what git shows, its answer, tokens and price what the provider gave',
  async (agent) => {
    const scene = await openScene({ turns: work });
    const { code, document } = await scene.delegate(agent, 'Write hello.txt and copy it.');
    expect({ code, document }).toMatchObject({
      code: 3,
      document: { status: 'review', tool: agent.tool, model: agent.model, errors: [], runs: 1 },
    });
    expect(document.answer).toBe('I wrote hello.txt and a copy of it.');
    expect(document.files.map(({ path, change }) => `${change} ${path}`)).toEqual([
      'added copy.txt',
      'added hello.txt',
    ]);
    expect(scene.changed(document)).toBe('A\tcopy.txt\nA\thello.txt');
    const tokens = scene.served();
    expect(tokens).toEqual({ input: 1125, output: 101, cacheRead: 4179, cacheWrite: 2168 });
    const usd = expect.closeTo(priceOf(agent, tokens), 9);
    expect(document.cost).toEqual({ usd, source: agent.source, tokens });
    expect(scene.ledger()).toMatchObject([
      { task: 'task-1', run: 1, tool: agent.tool, model: agent.model, usd, source: agent.source, tokens },
    ]);
  },
);

test.each(agents)('$tool can be looked at, read and landed afterwards', async (agent) => {
  const scene = await openScene({ turns: work });
  const { stage } = scene;
  await scene.delegate(agent, 'Write hello.txt and copy it.');
  const lines = [
    /^edit {4}\S+\/hello\.txt/m,
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
