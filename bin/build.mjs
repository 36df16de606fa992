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
import { createRequire, isBuiltin } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const main = join(root, 'src/main.ts');
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
  plugins: [builtins()],
};
// Each of these is one file: every file more is one to find and link before anything is done. What a command does not
// need is in there, but not run. What is big and seldom needed is a file of its own.
const programs = ['commands', 'hand-over', 'pane', 'quick-status', 'run-conductor'];
const seldom = { 'genai-prices': '@pydantic/genai-prices', ora: 'ora' };
const apart = {
  ...options,
  plugins: [
    builtins(),
    leftOut(new RegExp(`/cli/(${programs.join('|')})\\.ts$`)),
    leftOut(new RegExp(`^(${Object.values(seldom).join('|')})$`)),
  ],
};
await build({ ...apart, entryPoints: { main } });
for (const name of programs) {
  const file = join(root, 'src/cli', `${name}.ts`);
  if (existsSync(file)) await build({ ...apart, entryPoints: { [name]: file } });
}
if (existsSync(join(root, 'src/cli'))) await build({ ...options, entryPoints: seldom });

await writeKnownYaml();

const previous = current();
const hash = fingerprint(stage);
const target = join(dist, hash);
if (existsSync(target)) rmSync(stage, { recursive: true });
else renameSync(stage, target);
if (previous && previous !== hash && existsSync(join(dist, previous)))
  touch(join(dist, previous), Date.now());
point(hash);
prune(hash);

/**
 * Node's own modules are taken without an import: that one asks for every export, and with them for what Node would
 * load only at its use, such as all streams with `node:fs`. It costs each start some milliseconds.
 */
function builtins() {
  const load = createRequire(import.meta.url);
  return {
    name: 'builtins',
    setup: (building) => {
      building.onResolve({ filter: /^[a-z]/ }, ({ path, kind }) => {
        const name = path.replace(/^node:/, '');
        if (kind === 'entry-point' || !(isBuiltin(path) || isBuiltin(`node:${name}`))) return undefined;
        return {
          path: name,
          namespace: kind === 'require-call' ? 'required' : 'builtin',
          sideEffects: false,
        };
      });
      building.onLoad({ filter: /./, namespace: 'required' }, ({ path }) => ({
        contents: `module.exports = process.getBuiltinModule('node:${path}')`,
      }));
      building.onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => {
        const names = Object.keys(load(`node:${path}`)).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name));
        const parts = names
          .filter((name) => name !== 'default')
          .map(
            (name) => `const take_${name} = /* @__PURE__ */ (() => own.${name})();
export { take_${name} as ${name} };`,
          );
        return {
          contents: [
            `const own = process.getBuiltinModule('node:${path}');`,
            'export default own;',
            ...parts,
          ].join('\n'),
        };
      });
    },
  };
}

/** What the shipped settings come to, kept beside the bundle by their text: a start parses none that is unchanged. */
async function writeKnownYaml() {
  const source = join(root, 'src/base/yaml-file.ts');
  if (!existsSync(source)) return;
  const { parseYaml } = await import(source);
  const { knownYamlFile } = await import(join(root, 'src/base/known-yaml.ts'));
  const files = ['config/config.yaml', 'config/routes.yaml', 'config/policy.yaml'];
  for (const name of list(join(root, 'tools'))) files.push(`tools/${name}/profile.yaml`);
  const known = {};
  for (const name of files.filter((path) => existsSync(join(root, path)))) {
    const text = readFileSync(join(root, name), 'utf8');
    const file = parseYaml(text, name);
    const lines = Object.fromEntries(
      pathsIn(file.value).map((path) => [JSON.stringify(path), Number(file.lineOf(path).split(':').pop())]),
    );
    known[text] = { value: file.value, lines };
  }
  writeFileSync(join(stage, knownYamlFile), JSON.stringify(known));
}

/** The paths of all keys and list places of the first two levels. */
function pathsIn(value) {
  const below = (part) =>
    typeof part !== 'object' || part === null
      ? []
      : Array.isArray(part)
        ? part.map((_, at) => at)
        : Object.keys(part);
  return below(value).flatMap((key) => [[key], ...below(value[key]).map((next) => [key, next])]);
}

/** Imports of what matches become imports of the bundle of that name, beside the importing one. */
function leftOut(filter) {
  return {
    name: 'left-out',
    setup: (building) =>
      building.onResolve({ filter }, ({ path, kind }) =>
        kind === 'entry-point' ? undefined : { path: `./${basename(path, '.ts')}.js`, external: true },
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
