const secretName = /(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$/i;

// Shapes that are secrets wherever they stand.
const shapes = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g,
  /\b(?:sk|pk|rk)-[A-Za-z0-9_-]{16,}/g,
  /\bgh[opusr]_[A-Za-z0-9]{20,}|\bgithub_pat_[A-Za-z0-9_]{20,}|\bglpat-[A-Za-z0-9_-]{16,}/g,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/g,
  /\bAKIA[0-9A-Z]{16}\b/g,
  /\bAIza[0-9A-Za-z_-]{30,}/g,
  /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g,
];
const mark = '[redacted]';

/** The text without what looks like a secret and without the values of secret variables of this environment. */
export function conceal(text: string, env: Record<string, string | undefined>): string {
  const values = Object.entries(env)
    .filter(([name, value]) => secretName.test(name) && (value?.length ?? 0) >= 8)
    .map(([, value]) => value as string)
    .sort((a, b) => b.length - a.length);
  const without = values.reduce((rest, value) => rest.replaceAll(value, mark), text);
  return shapes.reduce((rest, shape) => rest.replace(shape, mark), without);
}
