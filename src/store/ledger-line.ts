import { OrchestraError } from '../base/errors.ts';
import { jsonObject } from '../base/jsonl.ts';
import type { LedgerLine } from '../model/ledger.ts';
import type { CostSource } from '../model/usage.ts';

/** A run dearer than this, in US dollars, is a mistake of whoever counted; sums would drown in it. */
export const maxPlausibleUsd = 1_000_000;

const TASK = /^task-[1-9]\d{0,9}$/;
const sources: ReadonlySet<unknown> = new Set<CostSource>(['reported', 'computed', 'estimated', 'unknown']);

/**
 * The ledger line in a text, or undefined for anything else: torn, garbage, of another version, or with a number that
 * cannot be one (negative, not whole, endless, over `maxPlausibleUsd`). As strict as the zod schema, without its price.
 */
export function parseLedgerLine(text: string): LedgerLine | undefined {
  const value = jsonObject(text);
  return value !== undefined && isLedgerLine(value) ? value : undefined;
}

/**
 * The text of a line with its newline. A price or count that cannot be true becomes unknown, so that a tool's
 * nonsense costs neither the line nor the truth. Throws `internal` for a line without its key fields.
 */
export function formatLedgerLine(line: LedgerLine): string {
  const known = { ...line };
  if (!isUsd(line.usd)) Object.assign(known, { usd: null, source: 'unknown' });
  if (!isTokens(line.tokens)) known.tokens = null;
  if (!isSeconds(line.seconds)) delete known.seconds;
  if (!isLedgerLine(known))
    throw new OrchestraError('internal', `The cost line of ${line.task} run ${line.run} is malformed.`);
  return `${JSON.stringify(known)}\n`;
}

function isLedgerLine(value: Record<string, unknown>): value is LedgerLine {
  return (
    value.schema === 'orchestra.ledger/1' &&
    typeof value.at === 'string' &&
    typeof value.task === 'string' &&
    TASK.test(value.task) &&
    isCount(value.run) &&
    value.run !== 0 &&
    typeof value.tool === 'string' &&
    isTextOrNull(value.model) &&
    isTokens(value.tokens) &&
    isUsd(value.usd) &&
    sources.has(value.source) &&
    isTextOrNull(value.prices) &&
    isSeconds(value.seconds) &&
    isTextOrAbsent(value.category) &&
    isTextOrAbsent(value.tier) &&
    isTextOrAbsent(value.repo) &&
    isTextOrAbsent(value.status)
  );
}

function isUsd(value: unknown): boolean {
  return value === null || (typeof value === 'number' && value >= 0 && value <= maxPlausibleUsd);
}

function isTokens(value: unknown): boolean {
  if (value === null) return true;
  if (typeof value !== 'object') return false;
  const { input, output, cacheRead, cacheWrite } = value as Record<string, unknown>;
  return isCount(input) && isCount(output) && isCount(cacheRead) && isCount(cacheWrite);
}

function isSeconds(value: unknown): boolean {
  return value === undefined || Number.isFinite(value);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}
