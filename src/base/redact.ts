/** Makes a text harmless to show: what is secret in it becomes `[redacted]`. */
export type Redact = (text: string) => string;

/**
 * By what exact values are found again without being kept: for each its length, a fingerprint of its last eight
 * characters, which is cheap to look for, and a keyed digest of the whole, which proves a find.
 */
export interface SecretMarks {
  salt: string;
  marks: { length: number; tail: number; digest: string }[];
}

const shown = '[redacted]';
const WINDOW = 8;

// Shapes that are secrets wherever they stand. Repetitions are bounded and alternatives begin differently.
const shapes: [RegExp, string][] = [
  [
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]{0,20000}?(-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
    shown,
  ],
  [/\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{30,255}/g, shown],
  [/\bgithub_pat_[A-Za-z0-9_]{30,255}/g, shown],
  [/\bglpat-[A-Za-z0-9_-]{20,100}/g, shown],
  [/\bsk-(?=[A-Za-z_-]{0,60}\d)[A-Za-z0-9_-]{20,300}/g, shown],
  [/\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,200}/g, shown],
  [/\bxox[abeoprs]-[A-Za-z0-9-]{10,250}/g, shown],
  [/\bxapp-[A-Za-z0-9-]{20,250}/g, shown],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, shown],
  [/\bAIza[A-Za-z0-9_-]{35}/g, shown],
  [/\bya29\.[A-Za-z0-9_-]{20,2000}/g, shown],
  [/\bnpm_[A-Za-z0-9]{36}\b/g, shown],
  [/\bpypi-[A-Za-z0-9_-]{50,500}/g, shown],
  [/\bhf_[A-Za-z0-9]{30,100}/g, shown],
  [/\bSG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,128}/g, shown],
  [/\beyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10,2000}/g, shown],
  [/\b((?:Bearer|Basic) )[A-Za-z0-9+/=_.~-]{16,4000}/g, `$1${shown}`],
  [/(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/]{0,100}:)[^\s@/]{3,200}@/gi, `$1${shown}@`],
];

/** What takes the known shapes of secrets out of a text, and the marked values. */
export function redactor(marks?: SecretMarks | null): Redact {
  const exact = marks == null || marks.marks.length === 0 ? (text: string) => text : byMarks(marks);
  return (text) => shapes.reduce((rest, [shape, instead]) => rest.replace(shape, instead), exact(text));
}

/** The same for lines that come one by one: a private key stays hidden to its end. */
export function lineRedactor(redact: Redact): Redact {
  let inKey = 0;
  return (line) => {
    if (/-----END [A-Z ]{0,40}PRIVATE KEY-----/.test(line)) {
      const hidden = inKey > 0;
      inKey = 0;
      return hidden ? shown : redact(line);
    }
    if (/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/.test(line)) inKey = 200;
    else if (inKey > 0) {
      inKey -= 1;
      return shown;
    }
    return redact(line);
  };
}

/** Every text within a value redacted; keys, numbers and the rest stay. */
export function redactDeep<T>(value: T, redact: Redact): T {
  if (typeof value === 'string') return redact(value) as T;
  if (Array.isArray(value)) return value.map((one) => redactDeep(one, redact)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, redactDeep(one, redact)])) as T;
}

/** Marks values of eight characters and more, each line of its own, also as they stand in JSON. */
export function markSecrets(values: readonly string[], salt: string): SecretMarks {
  const forms = values.flatMap((value) => [...value.split(/\r?\n/), JSON.stringify(value).slice(1, -1)]);
  const texts = [...new Set(forms.map((form) => form.trim()))].filter((form) => form.length >= WINDOW);
  const base = baseOf(salt);
  const marks = texts.map((text) => ({
    length: text.length,
    tail: fingerprint(text.slice(-WINDOW), base),
    digest: digest(text, salt),
  }));
  return { salt, marks };
}

function byMarks({ salt, marks }: SecretMarks): Redact {
  const base = baseOf(salt);
  let leading = 1;
  for (let step = 1; step < WINDOW; step += 1) leading = Math.imul(leading, base);
  const byTail = new Map<number, SecretMarks['marks']>();
  // Asking this first is many times faster than asking the map.
  const maybe = new Uint8Array(65536);
  for (const mark of marks) {
    byTail.set(mark.tail, [...(byTail.get(mark.tail) ?? []), mark]);
    maybe[mark.tail & 0xffff] = 1;
  }
  return (text) => {
    let result = '';
    let kept = 0;
    let hash = 0;
    for (let at = 0; at < text.length; at += 1) {
      if (at >= WINDOW) hash = (hash - Math.imul(text.charCodeAt(at - WINDOW), leading)) | 0;
      hash = (Math.imul(hash, base) + text.charCodeAt(at)) | 0;
      if (at < WINDOW - 1 || maybe[hash & 0xffff] === 0) continue;
      for (const { length, digest: wanted } of byTail.get(hash) ?? []) {
        const start = at + 1 - length;
        if (start < 0 || digest(text.slice(start, at + 1), salt) !== wanted) continue;
        result = start < kept ? result : `${result}${text.slice(kept, start)}${shown}`;
        kept = at + 1;
        break;
      }
    }
    return result + text.slice(kept);
  };
}

function fingerprint(text: string, base: number): number {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, base) + text.charCodeAt(at)) | 0;
  return hash;
}

// Odd, so that no character is lost.
function baseOf(salt: string): number {
  return Number.parseInt(salt.slice(0, 8), 16) | 1;
}

// Loaded when there is something to compare: it would cost each start some milliseconds.
function digest(text: string, salt: string): string {
  const { createHmac } = process.getBuiltinModule('node:crypto');
  return createHmac('sha256', salt).update(text).digest('hex');
}
