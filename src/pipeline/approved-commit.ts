import { OrchestraError } from '../base/errors.ts';
import { commitOf } from '../git/git.ts';
import type { Workplace } from '../model/plan.ts';
import type { TaskView } from '../model/task-view.ts';

/**
 * The commit that an approval of a task stands for: the one its checks ran on, as long as its branch is still there, or
 * the one that was named. Throws `refused` when the branch has moved and nobody said which one is meant.
 */
export async function approvedCommit(
  view: TaskView,
  workplace: Workplace,
  verified: string | null,
  named: string | undefined,
): Promise<string | null> {
  const { repo, branch } = workplace;
  const tip = branch === null ? null : await commitOf(repo, `refs/heads/${branch}`);
  if (named !== undefined) return await namedCommit(view, repo, named, [verified, tip]);
  if (verified === null || tip === null || tip === verified) return verified;
  // Work that its branch could not hold was verified where the rescue ref keeps it.
  if ((await commitOf(repo, `refs/orchestra/rescue/${view.id}`)) === verified) return verified;
  throw new OrchestraError(
    'refused',
    `${branch} has changed since ${view.id} was checked: it was at ${short(verified)}, and is at ${short(tip)} now.`,
    {
      hint: [
        `Look at it (git diff ${short(verified)} ${short(tip)}), then say which one is meant:`,
        `  orchestra approve ${view.id} --commit ${short(tip)}   checked again before it lands`,
        `  orchestra approve ${view.id} --commit ${short(verified)}   as it was checked`,
      ].join('\n'),
    },
  );
}

async function namedCommit(
  view: TaskView,
  repo: string,
  named: string,
  known: readonly (string | null)[],
): Promise<string> {
  const commit = /^[0-9a-f]{4,64}$/.test(named) ? await commitOf(repo, named) : null;
  if (commit !== null && known.includes(commit)) return commit;
  const [verified, tip] = known.map((sha) => (sha === null ? 'none' : short(sha)));
  throw new OrchestraError('refused', `${named} is not a commit that ${view.id} stands at.`, {
    hint: `It was checked at ${verified}, and its branch is at ${tip ?? 'none'}.`,
  });
}

function short(sha: string): string {
  return sha.slice(0, 12);
}
