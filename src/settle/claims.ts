import { oneLine, plainText } from '../base/text.ts';
import type { CheckResult, Verdict } from '../model/verdict.ts';

/** Something the tool said of its work, and what we saw. `holds` is null when nothing was run that could tell. */
export interface Claim {
  claim: string;
  fact: string;
  holds: boolean | null;
}

// A sentence that says of tests, build or checks that they are well; not one that says they would or should be.
const success =
  /\b(?:tests?|specs?|suite|checks?|build|lint(?:er|ing)?|type-?check(?:s|ing)?)\b[^.!?\n]{0,60}\b(?:pass(?:es|ed|ing)?|green|succeed(?:s|ed)?|successful(?:ly)?|ok)\b|\b(?:pass(?:es|ed|ing)?|green)\b[^.!?\n]{0,40}\b(?:tests?|specs?|suite|checks?|build)\b/i;
const doubt =
  /\b(?:should|would|could|might|may|must|expect|hope|if|when|until|once|unless|not|cannot|can't|couldn't|didn't|doesn't|don't|failing|fails?|failed|make sure|ensure|so that)\b/i;
const mostClaims = 3;

/** What an answer claims about tests and checks, each beside what our own checks say. Empty when it claims nothing. */
export function claimsAgainst(answer: string, verdict: Verdict | undefined): Claim[] {
  const sentences = plainText(answer).split(/(?<=[.!?])\s+|\n+/);
  const claims = sentences.filter((sentence) => success.test(sentence) && !doubt.test(sentence));
  const { fact, holds } = factOf(verdict?.checks ?? []);
  return claims.slice(0, mostClaims).map((claim) => ({ claim: oneLine(claim, 160), fact, holds }));
}

function factOf(checks: readonly CheckResult[]): { fact: string; holds: boolean | null } {
  const red = checks.filter((check) => !check.passed);
  if (checks.length === 0) return { fact: 'no checks were run', holds: null };
  const first = red[0];
  if (first === undefined) return { fact: `all ${checks.length} checks passed`, holds: true };
  const how = first.exit === null ? 'was stopped' : `exit ${first.exit}`;
  return { fact: `${red.length} of ${checks.length} checks failed: ${first.command} (${how})`, holds: false };
}
