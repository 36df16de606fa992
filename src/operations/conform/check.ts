/** One thing that a tool's folder must keep. `passed` is null where it cannot be looked at here; `detail` says why. */
export interface ConformCheck {
  name: string;
  passed: boolean | null;
  detail: string;
}

/** A check that holds, or not, each with its words. */
export function check(name: string, passed: boolean, good: string, bad: string): ConformCheck {
  return { name, passed, detail: passed ? good : bad };
}

/** A check that has no object here. */
export function notHere(name: string, why: string): ConformCheck {
  return { name, passed: null, detail: why };
}
