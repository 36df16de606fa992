import * as fs from 'node:fs';
import { diffText } from '../git/diff-text.ts';
import { commitOf } from '../git/git.ts';
import type { RunView } from '../model/task-view.ts';

const mostBytes = 16 * 1024 * 1024;

/** The verified change of a run as a unified diff; '' when it changed nothing or its commit is gone. */
export async function changeText({ plan, verdict }: RunView): Promise<string> {
  const base = plan?.workplace.base?.commit;
  const commit = verdict?.commit;
  if (!commit || base === undefined || plan === undefined) return '';
  const { repo } = plan.workplace;
  if (!fs.existsSync(repo) || (await commitOf(repo, commit)) === null) return '';
  return (await diffText(repo, base, commit, mostBytes)).text;
}
