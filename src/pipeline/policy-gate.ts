import { OrchestraError } from '../base/errors.ts';
import type { Approval } from '../model/event.ts';
import { blockingFindings, findingText } from '../model/finding.ts';
import type { Finding } from '../model/verdict.ts';

/** Rules that a person lets pass, and why. */
export type Overrides = NonNullable<Approval['overrides']>;

/**
 * The overrides that were needed for these findings. Throws `refused`, naming rule, file and line, while one that blocks
 * is not overridden or may not be.
 */
export function passPolicy(task: string, findings: readonly Finding[], overrides: Overrides): Overrides {
  const blocking = blockingFindings({ findings: [...findings] });
  const wanted = new Set(overrides.map(({ rule }) => rule));
  const fixed = blocking.find(({ overridable }) => !overridable);
  const open = fixed ?? blocking.find(({ rule }) => !wanted.has(rule));
  if (open === undefined) return overrides.filter(({ rule }) => blocking.some((one) => one.rule === rule));
  const more = blocking.length > 1 ? ` (and ${blocking.length - 1} more)` : '';
  throw new OrchestraError(
    'refused',
    `${task} breaks a rule: ${findingText(open).replace(/\.$/, '')}${more}.`,
    {
      hint: open.overridable
        ? `When that is as it should be: orchestra approve ${task} --override ${open.rule} --reason TEXT`
        : `This rule lets nothing pass. Have it changed: orchestra reply ${task} TEXT`,
    },
  );
}
