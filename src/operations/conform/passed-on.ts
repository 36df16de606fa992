import { dirname } from 'node:path';
import type { Profile } from '../../model/profile.ts';
import { type ConformCheck, check, notHere } from './check.ts';
import type { Outcome } from './scene.ts';
import type { Played } from './turns.ts';

/** Whether each access level is another call than the next wider one, or is said not to be enforced. */
export function levelChecks(profile: Profile, played: Played): ConformCheck[] {
  const levels = [
    { name: 'read-only', here: played.readOnly, wider: played.plain, next: 'edit' },
    { name: 'edit', here: played.plain, wider: played.full, next: 'full' },
  ] as const;
  const narrow = levels.map(({ name, here, wider, next }) => {
    const enforced = profile.access[name]?.enforced ?? false;
    const differs = callOf(here) !== callOf(wider) || readsItself(profile, here, 'ACCESS');
    return check(
      `access ${name}`,
      differs || !enforced,
      differs ? `is another call than ${next}` : `is the same call as ${next}, and said not to be enforced`,
      `is the same call as ${next}, and yet said to be enforced`,
    );
  });
  const started = played.full.seen !== undefined;
  return [...narrow, check('access full', started, 'starts the binary', 'does not start the binary')];
}

/** Whether a model that is asked for reaches the binary. */
export function modelCheck(profile: Profile, { model: outcome }: Played): ConformCheck {
  const name = 'model';
  const arrived = holds(outcome, outcome.turn.model) || readsItself(profile, outcome, 'MODEL');
  if (!arrived && Object.keys(profile.models).length === 0)
    return notHere(name, 'is not passed on, and the profile names none');
  return check(
    name,
    arrived,
    'is passed on',
    'is not passed on as one word, though the profile names models',
  );
}

/** Whether a run with a session is another call, where the profile says that sessions can be resumed. */
export function sessionCheck(profile: Profile, { plain, resumed }: Played): ConformCheck {
  const name = 'session';
  if (!profile.resume) return notHere(name, 'the profile says that sessions cannot be resumed');
  const passed =
    resumed.seen !== undefined &&
    (holds(resumed, resumed.turn.session) ||
      callOf(resumed) !== callOf(plain) ||
      readsItself(profile, resumed, 'SESSION'));
  return check(
    name,
    passed,
    'is passed on',
    'is not passed on, though the profile says that sessions can be resumed',
  );
}

// Bash's own, and those that hold the run's place.
const passing = /^(ORCHESTRA_|BASH_FUNC)|^(HOME|PATH|PWD|OLDPWD|SHLVL|_)$/;

/** The call as one text, without what differs between any two runs. */
function callOf({ seen, workDir, turn }: Outcome): string {
  if (seen === undefined) return '';
  const env = [...seen.env].filter(([name]) => !passing.test(name)).sort();
  const runs = seen.env.get('ORCHESTRA_RUN_DIR') ?? '/';
  return JSON.stringify([seen.argv, env])
    .replaceAll(runs, 'RUN')
    .replaceAll(dirname(runs), 'TASK')
    .replaceAll(workDir, 'WORK')
    .replaceAll(turn.task, 'TASK')
    .replaceAll(/tool-TASK-\d+/g, 'TOOL');
}

function holds({ seen }: Outcome, value: string): boolean {
  const own = [...(seen?.env ?? [])].some(([name, text]) => !passing.test(name) && text.includes(value));
  return own || (seen?.argv.some((word) => word.includes(value)) ?? false);
}

// A program of the tool's own folder knows our variables; any other one does not.
function readsItself(
  profile: Profile,
  { seen, turn }: Outcome,
  name: 'ACCESS' | 'MODEL' | 'SESSION',
): boolean {
  const value = { ACCESS: turn.access, MODEL: turn.model, SESSION: turn.session }[name];
  return profile.binary.includes('/') && seen?.env.get(`ORCHESTRA_${name}`) === value;
}
