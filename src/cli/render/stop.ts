import type { ResumeDocument } from '../../operations/resume.ts';
import type { StopDocument } from '../../operations/stop.ts';
import { counted, wrap } from './lines.ts';
import type { Screen } from './screen.ts';

/** What `stop` has stopped, or what `resume` lets go on. */
export function render(documents: readonly object[], screen: Screen): string {
  return (documents as readonly (StopDocument | ResumeDocument)[])
    .flatMap((document) =>
      wrap(document.schema === 'orchestra.stop/1' ? stopText(document) : resumeText(document), screen.width),
    )
    .join('\n');
}

function stopText({ stopped, waiting }: StopDocument): string {
  const ended = stopped.length === 0 ? 'no agent was running' : `ended ${stopped.join(', ')}`;
  const rest = waiting === 1 ? '1 task waits' : `${waiting} tasks wait`;
  return `stopped: ${ended}; ${rest}. Nothing starts until orchestra resume.`;
}

function resumeText({ halted, released }: ResumeDocument): string {
  const goes =
    released.length === 0
      ? ''
      : `${counted(released.length, 'task')} go${released.length === 1 ? 'es' : ''} on: ${released.join(', ')}`;
  if (halted) return `tasks start again${goes === '' ? '' : `; ${goes}`}`;
  return goes === '' ? 'nothing was stopped and no task waits for somebody' : goes;
}
