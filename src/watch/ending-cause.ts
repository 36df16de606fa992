import { bootId, memoryKills } from '../base/process.ts';
import type { Ending, EndingCause } from '../model/ending.ts';
import type { Launch } from '../model/plan.ts';

/** Others, such as SIGSEGV, a process earns by itself. */
const SENT: ReadonlySet<string> = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT']);

/**
 * What can be known of why a run ended, from its record, its launch and the machine as it is now. Which process the
 * kernel chose it tells nobody but the administrator: that it chose some while the run went on is what counts.
 */
export function causeOf(ending: Ending, launch: Launch | undefined): EndingCause | undefined {
  const boot = bootId();
  const sameBoot = launch?.machine?.boot === boot && boot !== 'unknown';
  if (ending.cause === 'lost') {
    if (launch?.machine !== undefined && !sameBoot && boot !== 'unknown') return 'restarted';
    return sameBoot && memoryRanOut(launch) ? 'memory' : undefined;
  }
  const killed = ending.signal === 'SIGKILL' || ending.code === 137;
  if (ending.asked === undefined && killed && sameBoot && memoryRanOut(launch)) return 'memory';
  if (ending.asked !== undefined) return ending.asked === 'SIGHUP' ? 'pane' : 'asked';
  return SENT.has(ending.signal ?? '') ? 'signal' : undefined;
}

function memoryRanOut(launch: Launch | undefined): boolean {
  const before = launch?.machine?.memoryKills;
  const now = memoryKills();
  return before !== undefined && now !== undefined && now > before;
}
