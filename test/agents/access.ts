import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Turn } from '../model-server/script.ts';
import type { Agent } from './agent.ts';
import { openScene, work } from './scene.ts';

/** Not every agent lets its shell see the user's own git configuration. */
const commit = 'git -c user.name=Dev -c user.email=dev@example.invalid commit --quiet -m own';
/** A file of the project, two beside it, and a commit of the agent's own. */
const turns: Turn[] = [
  work[0],
  { tool: 'write', path: '../outside.txt', content: 'outside\n' },
  { tool: 'shell', command: `echo shell > ../shell.txt; git add hello.txt && ${commit}` },
  { text: 'Done.' },
];

export function accessTests(agent: Agent): void {
  const { tool } = agent;

  test(`${tool} writes nothing with --access read-only, whatever its model asks for`, async () => {
    const scene = await openScene(agent, [{ turns: work }]);
    const { code, document } = await scene.delegate('Write hello.txt.', '--access', 'read-only');
    expect({ code, document }).toMatchObject({
      code: 0,
      document: {
        status: 'done',
        reason: expect.stringContaining('nothing to land'),
        files: [],
        commits: [],
      },
    });
    // Both calls came back refused, and the model was asked again.
    expect(scene.server.requests.some(({ results }) => results === 2)).toBe(true);
    expect(scene.stage.git('status', '--porcelain')).toBe('');
    expect(existsSync(join(scene.worktree, 'hello.txt'))).toBe(false);
  });

  test(`${tool} can do everything with --access full, as root too`, async () => {
    const scene = await openScene(agent, [{ turns }]);
    const { code, document } = await scene.delegate('Write files.', '--access', 'full');
    expect({ code, document }).toMatchObject({
      code: 3,
      document: { status: 'review', commits: [{ subject: 'own' }] },
    });
    const outside = (name: string) => join(scene.worktree, '..', name);
    expect(readFileSync(outside('shell.txt'), 'utf8')).toBe('shell\n');
    if (agent.keepsToFolder === 'always') expect(existsSync(outside('outside.txt'))).toBe(false);
    else expect(readFileSync(outside('outside.txt'), 'utf8')).toBe('outside\n');
  });

  if (agent.keepsToFolder)
    test(`${tool} with --access edit does not write outside its folder`, async () => {
      const scene = await openScene(agent, [{ turns }]);
      const { code, document } = await scene.delegate('Write files.', '--access', 'edit');
      expect({ code, document }).toMatchObject({ code: 3, document: { status: 'review' } });
      expect(existsSync(join(scene.worktree, '..', 'outside.txt'))).toBe(false);
    });
}
