import { expect, test } from 'vitest';
import type { Agent } from './agent.ts';
import { openScene } from './scene.ts';

const line = `"double" 'single' \`touch x\` $(touch x) \${HOME} !! \\n %s 100% #{x} ; & | < > ~ * \t tab 🦊 é 漢字 \u202e\n`;
const long = line.repeat(Math.ceil((200 * 1024) / Buffer.byteLength(line)));
const starts = ['/help', '--dash', '@README.md', '-'];

export function promptTests(agent: Agent): void {
  for (const start of starts)
    test(`200 KB that begin with ${start} reach the model of ${agent.tool}`, async () => {
      const scene = await openScene(agent, [{ turns: [{ text: 'Read.' }] }]);
      const text = `${start} please\n${long}`;
      const { document } = await scene.stage.json(
        ['delegate', ...scene.choice(), '--access', 'read-only', '--task', '-'],
        { input: text },
      );
      expect(document).toMatchObject({ status: 'done', answer: 'Read.', files: [] });
      const [arrived] = scene.server.requests[0]?.prompts ?? [];
      const expected = agent.promptArrives?.(text, start) ?? text;
      if (typeof expected !== 'string') {
        expect(arrived?.includes(expected.within)).toBe(true);
        return;
      }
      expect(arrived?.length).toBe(expected.length);
      expect(arrived === expected).toBe(true);
    });
}
