import { readIfExists } from '../base/files.ts';

/** The key under which install hints are given: a package manager's system such as `debian`, else `linux` or `macos`. */
export function platformKey(): string {
  if (process.platform === 'darwin') return 'macos';
  const release = readIfExists('/etc/os-release') ?? '';
  const ids = [...release.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)].flatMap((match) =>
    (match[1] ?? '').split(/\s+/),
  );
  return ['debian', 'fedora', 'arch', 'alpine', 'suse'].find((known) => ids.includes(known)) ?? 'linux';
}
