import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { statusOf } from './status.ts';

const MOST = 1_000;

/**
 * Lends what git ignores in one working tree, such as installed dependencies, to another by links, where that one has
 * nothing of the name. Without it checks that passed there would fail here for want of them.
 */
export async function lendIgnored(from: string, to: string): Promise<void> {
  if (!fs.existsSync(from)) return;
  const { ignored } = await statusOf(from, { ignored: true });
  for (const path of ignored.slice(0, MOST)) {
    const name = path.replace(/\/$/, '');
    const target = join(to, name);
    if (fs.lstatSync(target, { throwIfNoEntry: false }) !== undefined) continue;
    fs.mkdirSync(dirname(target), { recursive: true });
    fs.symlinkSync(join(from, name), target);
  }
}
