// Becomes dist/main.js (BUILD is the folder of the bundle). Parses on old Nodes, so that they get a sentence.
import { rmSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const [major, minor] = process.versions.node.split('.').map(Number);
if (major > 24 || (major === 24 && minor >= 16)) {
  module.enableCompileCache(join(here, 'BUILD', '.cache'));
  await import('./BUILD/main.js');
} else {
  process.exitCode = await otherNode();
}

/** The Node noted by an earlier start was replaced by an older one: forget it and let the launcher look again. */
async function otherNode() {
  const root = dirname(here);
  try {
    rmSync(join(root, '.node', 'ready'));
  } catch {
    const sentence = `Node 24.16 or newer is needed, this is ${process.versions.node}; install it from https://nodejs.org`;
    process.stderr.write(`orchestra: ${sentence}\n`);
    return 2;
  }
  const { spawnSync } = await import('node:child_process');
  const launcher = join(root, 'bin', 'orchestra');
  return spawnSync(launcher, process.argv.slice(2), { stdio: 'inherit' }).status ?? 1;
}
