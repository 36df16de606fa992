import * as fs from 'node:fs';
import { join } from 'node:path';
import { readJson, writeAtomicSoon } from '../base/files.ts';
import { type CheckoutState, checkoutChanges, checkoutOf } from '../git/checkout-state.ts';
import { type SettingsState, settingsChanges, settingsOf } from '../git/settings-state.ts';
import { namesOf } from '../git/status.ts';
import type { Home, RunFiles } from '../model/home.ts';
import type { OutsideChange } from '../model/outside.ts';
import type { Plan } from '../model/plan.ts';

/** What a run must leave alone, as it was before. */
interface Outside {
  settings: SettingsState;
  checkout: CheckoutState | null;
}

/**
 * Notes how things stand before an agent begins; once, however often the start is repeated. `meanwhile` goes on while it
 * looks: for a large repository that takes as long as making a worktree of it.
 */
export async function noteOutside(
  home: Home,
  plan: Plan,
  files: RunFiles,
  meanwhile: () => Promise<void>,
): Promise<void> {
  const path = outsideFile(files);
  const note = async () => writeAtomicSoon(path, JSON.stringify(await lookOutside(home, plan)));
  // The longer of the two first: to start a program keeps this thread for some milliseconds.
  await Promise.all([meanwhile(), fs.existsSync(path) ? undefined : note()]);
}

/** What has changed since; nothing where it is not known how things were. */
export async function changesOutside(home: Home, plan: Plan, files: RunFiles): Promise<OutsideChange[]> {
  const before = readJson(outsideFile(files)) as Outside | undefined;
  if (before === undefined) return [];
  const after = await lookOutside(home, plan);
  return [
    ...settingsChanges(before.settings, after.settings),
    ...(before.checkout === null || after.checkout === null
      ? []
      : checkoutChanges(plan.workplace.repo, before.checkout, after.checkout)),
  ];
}

/** The changed files of the user's in sentences, which leave open who changed them: the user works there too. */
export function outsideNotes(changes: readonly OutsideChange[]): string[] {
  const files = changes.filter(({ kind }) => kind === 'files');
  return [...new Set(files.map(({ what }) => what))].map((what) => {
    const paths = files.filter((change) => change.what === what).map(({ file }) => file);
    return `Outside of the worktree, and perhaps by you: ${namesOf(paths, 5)} ${what} during the run.`;
  });
}

async function lookOutside(home: Home, { workplace, baseEnv }: Plan): Promise<Outside> {
  const checkout = workplace.worktree ? await checkoutOf(workplace.repo, home.root) : null;
  return { settings: settingsOf(workplace.repo, baseEnv.HOME), checkout };
}

function outsideFile(files: RunFiles): string {
  return join(files.dir, 'outside.json');
}
