import type { TaskStatus } from '../../model/words.ts';
import { packed } from './lines.ts';
import { paint, type Screen } from './screen.ts';

/** What decides which commands make sense for a task. */
interface Standing {
  task: string;
  status: TaskStatus;
  reason: string;
  branch?: string | null;
}

/** The commands that fit a task as it stands, in lines; none where nothing is left to do. */
export function nextText(standing: Standing, screen: Screen): string[] {
  return packed('next: ', commandsFor(standing), screen).map((line) => paint(screen, 'faint', line));
}

function commandsFor({ task, status, reason, branch }: Standing): string[] {
  const on = (verb: string, rest = '') => `orchestra ${verb} ${task}${rest}`;
  switch (status) {
    case 'review': {
      const rule = reason.match(/^policy: ([a-z0-9-]+):/)?.[1];
      if (rule !== undefined)
        return [on('diff'), on('reply', ' TEXT'), on('approve', ` --override ${rule} --reason TEXT`)];
      return reason.startsWith('no_change')
        ? [on('reply', ' TEXT'), on('retry'), on('status')]
        : [on('approve'), on('status'), on('attach')];
    }
    case 'blocked':
      return [on('reply', ' TEXT'), on('attach'), on('status')];
    case 'failed':
      return reason.startsWith('rejected')
        ? [on('retry'), on('status')]
        : [on('status'), on('logs'), on('retry')];
    case 'cancelled':
      return [on('retry'), on('status')];
    case 'parked':
      return [on('status'), on('cancel')];
    case 'done':
      return branch ? [on('clean')] : [];
    case 'queued':
      return [on('wait'), on('status'), on('cancel')];
    default:
      return [on('wait'), on('peek'), on('attach')];
  }
}
