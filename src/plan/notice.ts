import type { Profile } from '../model/profile.ts';
import type { Access } from '../model/word-schemas.ts';

/** What every summary of a run says first: the profile's own words, and that nothing but us holds it to read-only. */
export function noticeOf(profile: Profile, access: Access): string | null {
  const parts = [profile.notice, accessNotice(profile, access)].filter((part) => part !== undefined);
  return parts.length === 0 ? null : parts.join(' ');
}

/** That a tool does not hold to read-only by itself; undefined where it does, or more was allowed. */
export function accessNotice(profile: Profile, access: Access): string | undefined {
  if (access !== 'read-only' || profile.access['read-only']?.enforced === true) return undefined;
  return `${profile.title ?? profile.name} does not enforce read-only; only its result is checked.`;
}
