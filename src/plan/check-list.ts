import { OrchestraError } from '../base/errors.ts';
import { type Check, type CheckText, checkOf } from '../model/check.ts';
import type { Config } from '../model/config.ts';
import type { TaskRequest } from '../model/request.ts';
import type { Category } from '../model/words.ts';

/** The checks of a task, and what could not be made one. */
export interface CheckList {
  checks: Check[];
  notes: string[];
}

/**
 * The checks of the repository, of the category, of the task itself, and its scope as one more; none twice. Throws
 * `usage` when the task asks for the tests and there is no command for them.
 */
export function listChecks(
  config: Pick<Config, 'checks' | 'checksFor' | 'tests'>,
  request: Pick<TaskRequest, 'checks' | 'scope'>,
  category: Category | undefined,
): CheckList {
  const settled = [...config.checks, ...((category && config.checksFor[category]) ?? [])].map(checkOf);
  const asked = (request.checks ?? []).map((check) => withCommand(checkOf(check), config.tests));
  const open = settled.map((check) => withCommand(check, config.tests));
  if (asked.includes(undefined)) {
    throw new OrchestraError('usage', 'The task asks for the tests, and no test command was found.', {
      hint: 'Name it in .orchestra/config.yaml (tests: make test), or in the check: { kind: tests, command: … }.',
    });
  }
  const scope: Check[] =
    request.scope === undefined ? [] : [{ kind: 'diff', name: 'scope', allowed: request.scope }];
  const known = [...open, ...asked, ...scope].filter((check) => check !== undefined);
  return {
    checks: known.filter((check, index) => known.findIndex((other) => isSame(other, check)) === index),
    notes: open.includes(undefined) ? ['No test command was found, so the tests are not run.'] : [],
  };
}

function withCommand(check: Check, command: string): Check | undefined {
  if (check.kind !== 'tests' || check.command !== undefined) return check;
  return command === '' ? undefined : { ...check, command };
}

function isSame(a: CheckText, b: CheckText): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
