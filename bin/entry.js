// Becomes dist/main.js (BUILD is the folder of the bundle). Parses on old Nodes, so that they get a sentence.
// What Node 24 need not load it does not: a static import of `node:fs` alone costs the start ten milliseconds.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major > 24 || (major === 24 && minor >= 16)) {
  process.getBuiltinModule('node:module').enableCompileCache(`${import.meta.dirname}/BUILD/.cache`);
  await import('./BUILD/main.js');
} else {
  process.exitCode = await otherNode();
}

/** The Node noted by an earlier start was replaced by an older one: forget it and let the launcher look again. */
async function otherNode() {
  const { rmSync } = await import('node:fs');
  const { dirname, join } = await import('node:path');
  const { fileURLToPath } = await import('node:url');
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
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
