// Bundles src/ into dist/<hash>/ and points dist/main.js at it. Each step is a rename, so no half build is ever run;
// an older folder stays a day after it was replaced, because a running conductor still loads its chunks.
import { createHash } from 'node:crypto';
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const main = join(root, 'src/main.ts');
const status = join(root, 'src/cli/quick-status.ts');
// Twice in one process it would be two classes, and a failure of one kind not known to the other.
const errors = join(root, 'src/base/errors.ts');
const DAY_MS = 24 * 60 * 60 * 1000;

const stamp = newestSource(Date.now());
const stage = join(dist, `.stage-${process.pid}`);
for (const name of list(dist)) if (name.startsWith('.stage-')) rmSync(join(dist, name), { recursive: true });
const options = {
  outdir: stage,
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  logLevel: 'warning',
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};
// The most typed command is one file: each chunk more is a file to find and link before anything is shown.
if (existsSync(status)) {
  const alone = leftOut(/\/quick-status\.ts$/, './status.js');
  await build({ ...options, entryPoints: { main, errors }, splitting: true, plugins: [alone] });
  await build({ ...options, entryPoints: { status }, plugins: [leftOut(/\/errors\.ts$/, './errors.js')] });
} else await build({ ...options, entryPoints: { main }, splitting: true });

const previous = current();
const hash = fingerprint(stage);
const target = join(dist, hash);
if (existsSync(target)) rmSync(stage, { recursive: true });
else renameSync(stage, target);
if (previous && previous !== hash && existsSync(join(dist, previous)))
  touch(join(dist, previous), Date.now());
point(hash);
prune(hash);

/** Imports of the matching files become imports of `path`, a file beside the bundle. */
function leftOut(filter, path) {
  return {
    name: path,
    setup: (building) =>
      building.onResolve({ filter }, ({ kind }) =>
        kind === 'entry-point' ? undefined : { path, external: true },
      ),
  };
}

/** The newest time (ms) among the inputs, at least `floor`: dist/main.js carries it, so an edit during the build counts. */
function newestSource(floor) {
  const inputs = ['src', 'package-lock.json', 'bin/build.mjs'].map((name) => join(root, name));
  const all = list(join(root, 'src'), { recursive: true }).map((name) => join(root, 'src', name));
  const times = [...inputs, ...all].map((path) => Math.ceil(statSync(path).mtimeMs));
  return Math.max(floor, ...times.filter((time) => time > floor).map((time) => time + 1));
}

function list(folder, options) {
  return existsSync(folder) ? readdirSync(folder, options) : [];
}

function fingerprint(folder) {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 16);
}

function current() {
  const file = join(dist, 'main.js');
  return existsSync(file)
    ? /'\.\/([0-9a-f]{16})\/main\.js'/.exec(readFileSync(file, 'utf8'))?.[1]
    : undefined;
}

function touch(path, ms) {
  utimesSync(path, ms / 1000, ms / 1000);
}

/** dist/main.js must parse on old Nodes: it is where the version is checked without paying for a second process. */
function point(hash) {
  const staged = join(dist, `.main-${process.pid}`);
  writeFileSync(staged, readFileSync(join(root, 'bin/entry.js'), 'utf8').replaceAll('BUILD', hash));
  touch(staged, stamp);
  renameSync(staged, join(dist, 'main.js'));
}

function prune(hash) {
  for (const name of readdirSync(dist)) {
    const old =
      /^[0-9a-f]{16}$/.test(name) &&
      name !== hash &&
      Date.now() - statSync(join(dist, name)).mtimeMs > DAY_MS;
    if (old || name.startsWith('.main-')) rmSync(join(dist, name), { recursive: true });
  }
}
