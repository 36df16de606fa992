import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { makeCheckout, makePath, run, start, writeWord } from './checkout.ts';

const nodeModules = join(import.meta.dirname, '../../node_modules');

test('the first start builds, the second only runs, and arguments and exit code pass through', async () => {
  const checkout = makeCheckout();
  const bin = join(checkout, 'bin/orchestra');
  expect(await run(bin, { args: ['a b', "it's", '$(x)', ''] })).toEqual({
    code: 0,
    stdout: `["one","a b","it's","$(x)",""]`,
    stderr: 'orchestra: building ...\n',
  });
  expect(await run(bin, { args: ['fail'] })).toEqual({ code: 7, stdout: '["one","fail"]', stderr: '' });
});

test('it starts through a chain of symlinks, on PATH, from its own folder, with sh and from a deleted folder', async () => {
  const checkout = makeCheckout();
  const bin = join(checkout, 'bin/orchestra');
  const links = makePath({});
  symlinkSync(bin, join(links, 'first'));
  symlinkSync('first', join(links, 'orchestra'));
  const gone = makePath({});
  const answers = [
    await run(join(links, 'orchestra')),
    await run('orchestra', { PATH: `${links}${delimiter}${makePath({})}`, cwd: '/' }),
    await run('./orchestra', { cwd: dirname(bin) }),
    await run('sh', { args: ['orchestra'], cwd: dirname(bin) }),
    await run('sh', { args: ['-c', `cd "${gone}" && rm -r "${gone}" && "${bin}"`] }),
  ];
  for (const answer of answers)
    expect(answer).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\["one"/) });
});

test('a changed source is built again, and the old build stays a day for those still running it', async () => {
  const checkout = makeCheckout();
  const bin = join(checkout, 'bin/orchestra');
  await run(bin);
  const [old = ''] = builds(checkout);
  writeWord(checkout, 'two');
  expect(await run(bin)).toMatchObject({ stdout: '["two"]', stderr: 'orchestra: building ...\n' });
  expect(builds(checkout)).toHaveLength(2);
  expect(builds(checkout)).toContain(old);
  const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 60 * 60;
  utimesSync(join(checkout, 'dist', old), twoDaysAgo, twoDaysAgo);
  writeWord(checkout, 'three');
  expect(await run(bin)).toMatchObject({ stdout: '["three"]' });
  expect(builds(checkout)).toHaveLength(2);
  expect(builds(checkout)).not.toContain(old);
  rmSync(join(checkout, 'src/word.ts'));
  expect(await run(bin)).toMatchObject({ code: 2, stdout: '' });
});

test('a build that fails says so, keeps stdout empty and is tried again', async () => {
  const checkout = makeCheckout();
  const bin = join(checkout, 'bin/orchestra');
  writeFileSync(join(checkout, 'src/word.ts'), 'export const word = ;');
  const answer = await run(bin);
  expect(answer).toMatchObject({ code: 2, stdout: '' });
  expect(answer.stderr).toMatch(/word\.ts:1:20[\s\S]*the build failed; its words are above/);
  writeWord(checkout, 'mended');
  expect(await run(bin)).toMatchObject({ code: 0, stdout: '["mended"]' });
});

test('four first starts at the same moment all succeed with one build between them', async () => {
  const checkout = makeCheckout();
  const answers = await Promise.all([1, 2, 3, 4].map(() => run(join(checkout, 'bin/orchestra'))));
  for (const answer of answers) expect(answer).toMatchObject({ code: 0, stdout: '["one"]' });
  const said = answers.map((answer) => answer.stderr).join('');
  expect(said.match(/building/g)).toHaveLength(1);
  expect(readdirSync(join(checkout, '.node'))).toEqual(['dependencies', 'ready']);
});

test('a build killed half way leaves nothing to run, and the next start repairs it', async () => {
  const checkout = makeCheckout();
  const bin = join(checkout, 'bin/orchestra');
  const build = join(checkout, 'bin/build.mjs');
  const real = readFileSync(build, 'utf8');
  const stage = join(checkout, 'dist/.stage-1');
  writeFileSync(
    build,
    `import { mkdirSync } from 'node:fs';\nmkdirSync(${JSON.stringify(stage)}, { recursive: true });\nsetInterval(() => {}, 1000);`,
  );
  const { child, outcome } = start(bin);
  await vi.waitUntil(() => existsSync(stage), { timeout: 10_000, interval: 10 });
  process.kill(-(child.pid as number), 'SIGKILL');
  await outcome;
  expect(existsSync(join(checkout, '.node/lock'))).toBe(true);
  expect(existsSync(join(checkout, 'dist/main.js'))).toBe(false);
  writeFileSync(build, real);
  expect(await run(bin)).toEqual({ code: 0, stdout: '["one"]', stderr: 'orchestra: building ...\n' });
  expect(existsSync(stage)).toBe(false);
});

test('the second start waits for the first, says so, and needs no build of its own', async () => {
  const checkout = makeCheckout();
  const bin = join(checkout, 'bin/orchestra');
  const gate = join(checkout, 'go');
  const build = join(checkout, 'bin/build.mjs');
  const wait = `while (!existsSync(${JSON.stringify(gate)})) await new Promise((go) => setTimeout(go, 10));\n`;
  writeFileSync(build, readFileSync(build, 'utf8').replace('const stamp =', `${wait}const stamp =`));
  const first = start(bin);
  await vi.waitUntil(() => existsSync(join(checkout, '.node/lock')), { timeout: 10_000, interval: 10 });
  const second = start(bin);
  let said = '';
  second.child.stderr?.on('data', (bytes) => (said += bytes));
  await vi.waitUntil(() => said.includes('waiting'), { timeout: 10_000, interval: 10 });
  writeFileSync(gate, '');
  expect(await first.outcome).toMatchObject({ code: 0, stdout: '["one"]' });
  const answer = await second.outcome;
  expect(answer).toMatchObject({ code: 0, stdout: '["one"]' });
  expect(answer.stderr).toBe(
    `orchestra: another run is setting up this checkout (process ${first.child.pid}); waiting for it ...\n`,
  );
});

test('an install killed half way is done again by the next start', async () => {
  const checkout = makeCheckout({ dependencies: false });
  const bin = join(checkout, 'bin/orchestra');
  const half = join(checkout, 'node_modules/half');
  const hangs = makePath({ scripts: { npm: `mkdir -p "${half}"; exec sleep 600` } });
  const { child, outcome } = start(bin, { PATH: hangs });
  await vi.waitUntil(() => existsSync(half), { timeout: 10_000, interval: 10 });
  process.kill(-(child.pid as number), 'SIGKILL');
  await outcome;
  const works = makePath({ scripts: { npm: `rm -rf node_modules; ln -s "${nodeModules}" node_modules` } });
  expect(await run(bin, { PATH: works })).toEqual({
    code: 0,
    stdout: '["one"]',
    stderr: 'orchestra: installing dependencies, once (about half a minute) ...\norchestra: building ...\n',
  });
});

test("an install that fails shows npm's words and what to do", async () => {
  const checkout = makeCheckout({ dependencies: false });
  const PATH = makePath({ scripts: { npm: 'echo npm error network; exit 1' } });
  const answer = await run(join(checkout, 'bin/orchestra'), { PATH });
  expect(answer).toMatchObject({ code: 2, stdout: '' });
  expect(answer.stderr).toMatch(
    /npm error network\norchestra: the dependencies could not be installed .*try again/,
  );
});

const oldNode = 'echo "20.1.0 /nowhere/node"';

test('with an old Node on PATH a newer one is fetched into the checkout, once, and runs the install', async () => {
  const checkout = makeCheckout({ dependencies: false });
  const bin = join(checkout, 'bin/orchestra');
  const fetch = `mkdir -p node_modules/node-x/bin; ln -s "${process.execPath}" node_modules/node-x/bin/node`;
  const install = `[ "$(node -p 1)" = 1 ] && ln -s "${nodeModules}" node_modules`;
  const npm = `case $PWD in */fetch) ${fetch} ;; *) ${install} ;; esac`;
  const PATH = makePath({ scripts: { npm, node: oldNode } });
  const first = await run(bin, { PATH });
  expect(first).toMatchObject({ code: 0, stdout: '["one"]' });
  expect(first.stderr).toMatch(/^orchestra: fetching Node .*the one on PATH is 20\.1\.0, 24\.16 is needed/);
  rmSync(join(checkout, '.node/ready'));
  expect(await run(bin, { PATH })).toEqual({ code: 0, stdout: '["one"]', stderr: '' });
});

test('with an old Node and no npm, or no Node for this system, one sentence says what to do', async () => {
  const checkout = makeCheckout();
  const bin = join(checkout, 'bin/orchestra');
  expect(await run(bin, { PATH: makePath({ scripts: { node: oldNode } }) })).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'orchestra: Node 24.16 or newer is needed (the one on PATH is 20.1.0), and npm, which could fetch it, is not installed; install Node 24.16 or newer by hand (https://nodejs.org) and put it on PATH\n',
  });
  const answer = await run(bin, { PATH: makePath({ scripts: { npm: ':' }, without: ['node'] }) });
  expect(answer.code).toBe(2);
  expect(answer.stderr).toMatch(
    /is missing[\s\S]*the registry holds no Node 24\.16 or newer for .*; install Node/,
  );
});

test('the published package, without src, runs as it is and writes nothing into its folder', async () => {
  const checkout = makeCheckout();
  const bin = join(checkout, 'bin/orchestra');
  await run(bin);
  for (const name of ['src', '.node', 'node_modules', 'bin/build.mjs'])
    rmSync(join(checkout, name), { recursive: true });
  expect(await run(bin, { args: ['x'] })).toEqual({ code: 0, stdout: '["one","x"]', stderr: '' });
  expect(readdirSync(checkout).sort()).toEqual(['bin', 'dist', 'package-lock.json', 'package.json']);
});

test.skipIf(process.getuid?.() === 0)(
  "another user's checkout that is built runs, one that is not says so",
  async () => {
    const checkout = makeCheckout();
    const bin = join(checkout, 'bin/orchestra');
    await run(bin);
    rmSync(join(checkout, '.node'), { recursive: true });
    chmodSync(checkout, 0o555);
    expect(await run(bin)).toEqual({ code: 0, stdout: '["one"]', stderr: '' });
    chmodSync(checkout, 0o755);
    rmSync(join(checkout, 'dist'), { recursive: true });
    chmodSync(checkout, 0o555);
    expect(await run(bin)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/not built and .* is read-only/),
    });
  },
);

test('a lock whose process id now belongs to another process is taken over', async () => {
  const checkout = makeCheckout();
  writeFileSync(join(checkout, '.node/lock'), `${process.pid} 12345\n`);
  expect(await run(join(checkout, 'bin/orchestra'))).toMatchObject({ code: 0, stdout: '["one"]' });
});

test('the scripts are plain POSIX sh', () => {
  for (const name of ['orchestra', '_setup.sh', 'dev'])
    execFileSync('sh', ['-n', join(import.meta.dirname, '../../bin', name)]);
});

function builds(checkout: string): string[] {
  return readdirSync(join(checkout, 'dist')).filter((name) => /^[0-9a-f]{16}$/.test(name));
}
