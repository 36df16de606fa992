import { join } from 'node:path';
import { readJson, type WriteFile, writeAtomic } from '../base/files.ts';
import { markSecrets, type Redact, redactor, type SecretMarks } from '../base/redact.ts';
import type { Variables } from './environment.ts';

const named = /(KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?)(_|\d|$)/i;

/** The values among variables that are secrets, by their names. */
export function secretValues(vars: Variables): string[] {
  return Object.entries(vars).flatMap(([name, value]) =>
    named.test(name) && !name.startsWith('ORCHESTRA_') && value.length >= 8 ? [value] : [],
  );
}

/**
 * Leaves in a run's folder by what the secrets of its environment are known again; the values themselves go with the
 * env file. See ADR 0010.
 */
export function writeSecretMarks(runDir: string, vars: Variables, write: WriteFile = writeAtomic): void {
  const values = secretValues(vars);
  if (values.length === 0) return;
  const salt = process.getBuiltinModule('node:crypto').randomBytes(32).toString('hex');
  write(fileIn(runDir), `${JSON.stringify(markSecrets(values, salt))}\n`);
}

/** What makes texts of a run harmless: known shapes of secrets, and the secrets of its environment. */
export function redactionIn(runDir: string): Redact {
  return redactor(readJson(fileIn(runDir)) as SecretMarks | undefined);
}

/** Whether a run was given secrets. */
export function hasSecretMarks(runDir: string): boolean {
  return readJson(fileIn(runDir)) !== undefined;
}

function fileIn(runDir: string): string {
  return join(runDir, 'secret-marks.json');
}
