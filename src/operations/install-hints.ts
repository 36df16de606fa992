import * as fs from 'node:fs';
import { isAbsolute, join } from 'node:path';

/** How each package manager installs a package; the first that is there is taken. */
const managers = [
  { program: 'apt-get', install: 'apt-get install', asRoot: true },
  { program: 'dnf', install: 'dnf install', asRoot: true },
  { program: 'pacman', install: 'pacman -S', asRoot: true },
  { program: 'apk', install: 'apk add', asRoot: true },
  { program: 'zypper', install: 'zypper install', asRoot: true },
  { program: 'brew', install: 'brew install', asRoot: false },
] as const;

/** The command that installs a package on this system, judged by the package managers on the PATH. */
export function installCommand(
  name: string,
  path: string | undefined,
  isRoot = process.getuid?.() === 0,
): string {
  const found = managers.find(({ program }) => isOnPath(program, path));
  if (found === undefined) return `install ${name} with your system's package manager`;
  return `${found.asRoot && !isRoot ? 'sudo ' : ''}${found.install} ${name}`;
}

function isOnPath(program: string, path: string | undefined): boolean {
  return (path ?? '').split(':').some((folder) => isAbsolute(folder) && fs.existsSync(join(folder, program)));
}
