import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Turn } from '../model-server/script.ts';
import { agents, openScene, work } from './scene.ts';

/** A file of the project, one beside it, and a commit of the agent's own. */
const turns: Turn[] = [
  work[0],
  { tool: 'write', path: '../outside.txt', content: 'outside\n' },
  { tool: 'shell', command: 'git add hello.txt && git commit --quiet -m own' },
  { text: 'Done.' },
];

test.each(agents)(
  '$tool writes nothing with --access read-only, whatever its model asks for',
  async (agent) => {
    const scene = await openScene({ turns: work });
    const { code, document } = await scene.delegate(agent, 'Write hello.txt.', '--access', 'read-only');
    expect({ code, document }).toMatchObject({
      code: 0,
      document: {
        status: 'done',
        reason: expect.stringContaining('nothing to land'),
        files: [],
        commits: [],
      },
    });
    expect(scene.server.requests).toHaveLength(3);
    expect(scene.stage.git('status', '--porcelain')).toBe('');
    expect(existsSync(join(scene.worktree, 'hello.txt'))).toBe(false);
  },
);

test.each(agents)('$tool can do everything with --access full, as root too', async (agent) => {
  const scene = await openScene({ turns });
  const { code, document } = await scene.delegate(agent, 'Write files.', '--access', 'full');
  expect({ code, document }).toMatchObject({
    code: 3,
    document: { status: 'review', commits: [{ subject: 'own' }] },
  });
  expect(readFileSync(join(scene.worktree, '..', 'outside.txt'), 'utf8')).toBe('outside\n');
});

test('claude-code with --access edit does not write outside its folder', async () => {
  const scene = await openScene({ turns });
  const { code, document } = await scene.delegate(agents[0], 'Write files.', '--access', 'edit');
  expect({ code, document }).toMatchObject({ code: 3, document: { status: 'review' } });
  expect(existsSync(join(scene.worktree, '..', 'outside.txt'))).toBe(false);
});
