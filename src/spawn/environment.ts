import { createHmac } from 'node:crypto';
import { type WriteFile, writeAtomic } from '../base/files.ts';
import { shellQuote } from '../base/shell-quote.ts';

/** Variables by name. */
export type Variables = Record<string, string>;

const always = ['HOME', 'PATH', 'TERM', 'LANG'];

// Left by a surrounding run, these would describe the wrong one.
const contractNames = [
  'RUN',
  'HOME',
  'TASK',
  'MODEL',
  'ACCESS',
  'SESSION',
  'PROMPT_FILE',
  'RUN_DIR',
  'BUDGET_USD',
];
const contract = new Set(contractNames.map((name) => `ORCHESTRA_${name}`));

// Bash refuses or reinterprets these when they are assigned.
const shellOwn = new Set(['BASHOPTS', 'BASH_VERSINFO', 'EUID', 'PPID', 'SHELLOPTS', 'UID', '_']);

/** What the caller's environment is cut down by, and what is put on top. A trailing `*` in `allow` stands for any ending. */
export interface EnvironmentRequest {
  callerEnv: Record<string, string | undefined>;
  allow: readonly string[];
  extra?: Variables;
}

/**
 * The environment of an agent: the allowed variables, HOME, PATH, TERM and LANG, then `extra`. The variables of the
 * run contract never come from the caller.
 */
export function environmentFor(request: EnvironmentRequest): Variables {
  const allowed = [...always, ...request.allow];
  const kept = Object.entries(request.callerEnv).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      !contract.has(entry[0]) &&
      allowed.some((pattern) => matches(pattern, entry[0])),
  );
  return { ...Object.fromEntries(kept), ...request.extra };
}

const ACCOUNT = /KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL|BASE_URL|PROFILE|^HOME$/;

/** A digest that is the same for the same keys and login folder in one home, and tells nobody what they are. */
export function accountOf(homeId: string, variables: Variables): string {
  const parts = Object.entries(variables)
    .filter(([name]) => ACCOUNT.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHmac('sha256', homeId).update(JSON.stringify(parts)).digest('hex').slice(0, 8);
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

/**
 * The lines by which bash takes over these variables. Names that are no identifiers, those that belong to the shell,
 * and values with a NUL byte are left out.
 */
export function envFileText(vars: Variables): string {
  return Object.entries(vars)
    .filter(
      ([name, value]) =>
        /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !shellOwn.has(name) && !value.includes('\0'),
    )
    .map(([name, value]) => `export ${name}=${shellQuote(value)}\n`)
    .join('');
}

/** Writes the env file, mode 0600, whole or not at all. The wrapper deletes it as it starts. */
export function writeEnvFile(path: string, vars: Variables, write: WriteFile = writeAtomic): void {
  write(path, envFileText(vars));
}
