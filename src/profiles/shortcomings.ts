import type { Profile } from '../model/profile.ts';
import { accessLevels } from '../model/words.ts';
import type { ProbedVersion } from './probe-version.ts';

/** Where the dollars of a tool come from: its own report, our sum over its tokens, or nowhere. Null: not recorded yet. */
export type CostBasis = 'reported' | 'computed' | 'unknown' | null;

/** What a user of this tool has to do without, in short sentences. */
export function shortcomings(profile: Profile, version: ProbedVersion, cost: CostBasis): string[] {
  const loose = accessLevels.filter((level) => level !== 'full' && !profile.access[level]?.enforced);
  return [
    version.supported === false ? `version ${version.version} is outside ${profile.version?.range}` : '',
    version.installed && version.problem !== null ? `its program ${version.problem}` : '',
    ...loose.map((level) => {
      const note = profile.access[level]?.note;
      return `${level} is not enforced${note === undefined ? '' : `: ${note}`}`;
    }),
    profile.resume ? '' : 'no session can be resumed, so there is no reply',
    cost === 'unknown' ? 'tokens and cost are unknown, so that no budget can stop it' : '',
  ].filter((text) => text !== '');
}
