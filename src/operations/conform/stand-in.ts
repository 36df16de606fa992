import { shellQuote } from '../../base/shell-quote.ts';

/** Programs that the stand-in itself is made of; none of them can be stood in for. */
export const neededPrograms = ['bash', 'sh', 'env', 'cat', 'mkdir', 'sleep'];

/** What a stand-in does: where it writes, which run folder is its own, and how it ends. */
export interface Part {
  seen: string;
  runDir: string;
  versionArgv: readonly string[];
  /** An exit status, or to wait for a signal. */
  ends: number | 'waits';
}

/**
 * The program that takes the place of a tool's binary. Writes into `seen`: argv, env (both with NUL), cwd, `text-*`
 * (standard input and each file an argument names), signals; prints `say` and `say-err`. A path in the run folder
 * that an argument names is made, as a history file is by a real tool.
 */
export function standIn({ seen, runDir, versionArgv, ends }: Part): string {
  return `#!/usr/bin/env bash
seen=${shellQuote(seen)} run=${shellQuote(runDir)}
if [[ "$*" == ${shellQuote(versionArgv.join(' '))} && $# -gt 0 ]]; then echo 1.0.0; exit 0; fi
mkdir "$seen/claim" 2>/dev/null || { echo >"$seen/again"; exit 1; }
printf '%s\\0' "$@" >"$seen/argv"
env -0 >"$seen/env"
pwd -P >"$seen/cwd"
cat >"$seen/text-stdin"
count=0
for word in "$@"; do
  for path in "$word" "\${word#*=}"; do
    if [[ -f $path || -p $path ]]; then cat -- "$path" >"$seen/text-$((count++))"; break; fi
    if [[ $path == "$run"/* ]]; then : >"$path"; break; fi
  done
done
${ends === 'waits' ? waiting : `cat "$seen/say-err" >&2\ncat "$seen/say"\nexit ${ends}`}
`;
}

const waiting = `trap 'echo TERM >"$seen/signals"; exit 143' TERM
sleep 300 &
: >"$seen/started"
wait`;
