import type { Ending } from '../model/ending.ts';
import type { TaskError } from '../model/word-schemas.ts';

const OUT_OF_MEMORY = 'the machine ran out of memory meanwhile, and the kernel ended processes';

/** Why a run left no exit status, as far as it is known. */
export function lostText({ because }: Ending): string {
  if (because === 'restarted') return 'the machine was restarted while it ran';
  const message = 'its process went away without leaving an exit status';
  return because === 'memory' ? `${message}; ${OUT_OF_MEMORY}` : message;
}

/**
 * What a run that somebody else has ended failed of, beside what its tool made of that; undefined when nobody is known
 * to have. A tool that is told to end may well exit with status 0.
 */
export function endedFromOutside(ending: Ending, error: TaskError): TaskError | undefined {
  const killed = error.class === 'killed';
  const who = whoEnded(ending, killed);
  if (who === undefined) return undefined;
  return { class: 'killed', message: killed ? `${error.message} (${who})` : `${who}: ${error.message}` };
}

function whoEnded({ because, asked }: Ending, killed: boolean): string | undefined {
  switch (because) {
    case 'memory':
      return OUT_OF_MEMORY;
    case 'pane':
      return 'its pane was closed or its tmux server ended';
    case 'asked':
      return `its wrapper was sent ${asked}, not by Orchestra`;
    case 'signal':
      return killed ? 'not sent by Orchestra' : undefined;
    default:
      return undefined;
  }
}
