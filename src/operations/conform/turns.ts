import type { Profile } from '../../model/profile.ts';
import type { Outcome, Scene, Turn } from './scene.ts';

/** Stands in every prompt, and nowhere else. */
export const marker = 'conform-canary';
/** Prompts that something between a user and a tool could change, or run. */
export const prompts = {
  'plain words': `Add a file ${marker}.\n`,
  'leading dashes': `--help ${marker}\n-n\n`,
  'quotes and substitutions': `"it's" \`touch ${marker}\` $(touch ${marker}); touch ${marker} & > ${marker} \\ %s *\n`,
  '100 KB': `line ${marker} "é" $(touch ${marker}) \\n\n`.repeat(2600),
  'other scripts, blank ends': `é 漢字 🎼 ${marker}\t\u202e x\r\n\n\n`,
  'a leading slash': `/help ${marker}\n`,
} as const;

const first: Turn = {
  task: 'task-1',
  run: 1,
  prompt: prompts['plain words'],
  access: 'edit',
  model: '',
  session: '',
  ends: 0,
};
const turns = {
  plain: first,
  readOnly: { ...first, task: 'task-2', prompt: prompts['leading dashes'], access: 'read-only', ends: 1 },
  full: { ...first, task: 'task-3', prompt: prompts['quotes and substitutions'], access: 'full', ends: 7 },
  model: { ...first, task: 'task-4', prompt: prompts['100 KB'], model: 'maker/model-1 x', ends: 130 },
  slash: { ...first, task: 'task-5', prompt: prompts['a leading slash'] },
  stopped: { ...first, task: 'task-6', ends: 'waits' },
} satisfies Record<string, Turn>;
const resumed: Turn = {
  ...first,
  run: 2,
  prompt: prompts['other scripts, blank ends'],
  session: 'session-1 x',
};

/** Every turn that was played, by what it is for. */
export type Played = Record<keyof typeof turns | 'resumed', Outcome>;

/** Plays every turn; the resumed one after the turn that it goes on from. */
export async function playAll(scene: Scene, profile: Profile): Promise<Played> {
  const entries = Object.entries(turns).map(async ([name, turn]) => [name, await scene.play(turn)] as const);
  const played = Object.fromEntries(await Promise.all(entries)) as Omit<Played, 'resumed'>;
  const session = profile.resume ? resumed.session : '';
  return { ...played, resumed: await scene.play({ ...resumed, session }) };
}
