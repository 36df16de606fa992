import type { Finding, Verdict } from './verdict.ts';

/** The findings that keep work from landing when the named rules are overridden, which only some allow. */
export function blockingFindings(
  verdict: Pick<Verdict, 'findings'> | undefined,
  overrides: readonly string[] = [],
): Finding[] {
  return (verdict?.findings ?? []).filter(
    ({ severity, overridable, rule }) => severity === 'block' && !(overridable && overrides.includes(rule)),
  );
}

/** A finding as one line: `secrets: src/a.ts:3: a GitHub token`. */
export function findingText({ rule, file, line, message }: Finding): string {
  const place = file === null ? '' : line === null ? `${file}: ` : `${file}:${line}: `;
  return `${rule}: ${place}${message}`;
}
