import * as fs from 'node:fs';
import { join } from 'node:path';
import { readJson } from '../base/files.ts';
import type { Profile } from '../model/profile.ts';
import type { CostBasis } from './shortcomings.ts';

/** What the recordings of a tool tell of it. */
export interface RecordedFacts {
  recordings: number;
  /** Versions of the tool that were seen running, oldest name first. */
  versions: string[];
  /** Versions whose recordings were made from documentation. */
  documented: string[];
  cost: CostBasis;
}

/** Reads `fixtures/<case>/recorded.json` and `expected.json` of a tool's folder; what cannot be read is passed over. */
export function recordedFacts(profile: Profile, dir: string): RecordedFacts {
  const folder = join(dir, 'fixtures');
  const cases = fs.existsSync(folder) ? fs.readdirSync(folder).map((name) => join(folder, name)) : [];
  const recorded = cases.map((path) => fieldsAt(join(path, 'recorded.json')));
  const reports = cases.map((path) => fieldsAt(join(path, 'expected.json')));
  const versionsOf = (isDocumented: boolean) =>
    [
      ...new Set(
        recorded
          .filter(({ source }) => (source !== undefined) === isDocumented)
          .map(({ version }) => version),
      ),
    ]
      .filter((version) => typeof version === 'string')
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return {
    recordings: cases.length,
    versions: versionsOf(false),
    documented: versionsOf(true),
    cost: costOf(profile, reports),
  };
}

// A price of 0 is what some tools print for models they do not know.
function costOf(profile: Profile, reports: Record<string, unknown>[]): CostBasis {
  if (reports.some(({ usd }) => typeof usd === 'number' && usd > 0)) return 'reported';
  if (reports.some(({ usage }) => usage !== null && usage !== undefined)) return 'computed';
  return reports.length > 0 || profile.format === 'plain' ? 'unknown' : null;
}

function fieldsAt(path: string): Record<string, unknown> {
  const value = readJson(path);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
