import { expect, test } from 'vitest';
import { agents, openScene } from './scene.ts';

const line = `"double" 'single' \`touch x\` $(touch x) \${HOME} !! \\n %s 100% #{x} ; & | < > ~ * \t tab 🦊 é 漢字 \u202e\n`;
const long = line.repeat(Math.ceil((200 * 1024) / Buffer.byteLength(line)));
const starts = ['/help', '--dash', '@README.md', '-'];
const rows = agents.flatMap((agent) => starts.map((start) => ({ agent, tool: agent.tool, start })));

test.each(rows)('200 KB that begin with $start reach the model of $tool byte for byte', async (row) => {
  const scene = await openScene({ turns: [{ text: 'Read.' }] });
  const { stage } = scene;
  const text = `${row.start} please\n${long}`;
  const { document } = await stage.json(
    ['delegate', '--tool', row.tool, '--tier', 'standard', '--access', 'read-only', '--task', '-'],
    { input: text },
  );
  expect(document).toMatchObject({ status: 'done', answer: 'Read.', files: [] });
  const [arrived] = scene.server.requests[0]?.prompts ?? [];
  expect(arrived?.length).toBe(text.length);
  expect(arrived === text).toBe(true);
});
