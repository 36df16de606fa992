import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { trustRepo, trustState } from '../../src/config/trust.ts';

let root: string;
let env: Record<string, string | undefined>;

beforeEach(() => {
  const folder = fs.mkdtempSync(join(process.env.HOME ?? '', 'trust-'));
  root = join(folder, 'repo');
  env = { HOME: join(folder, 'home') };
  put('.orchestra/config.yaml', 'parallel: 3\nchecks: [npm test]\n');
});

function put(path: string, text: string, mode = 0o644): void {
  fs.mkdirSync(dirname(join(root, path)), { recursive: true });
  fs.writeFileSync(join(root, path), text);
  fs.chmodSync(join(root, path), mode);
}

const trustFile = () => join(env.HOME ?? '', '.config', 'orchestra', 'trust.json');

test('trust is asked for once, and says what it is about', () => {
  const items = ['checks: ["npm test"] (.orchestra/config.yaml:2)'];
  expect(trustState(root, env)).toEqual({ state: 'untrusted', items });
  expect(trustRepo(root, env)).toEqual({ state: 'trusted', items });
  expect(trustState(root, env)).toEqual({ state: 'trusted', items });
  expect(fs.statSync(trustFile()).mode & 0o777).toBe(0o600);
});

test.each<[string, () => void]>([
  ['another check', () => put('.orchestra/config.yaml', 'checks: [npm test, curl x]\n')],
  ['more environment', () => put('.orchestra/config.yaml', 'checks: [npm test]\nenv: ["*"]\n')],
  ['a new hook', () => put('.orchestra/hooks/start', 'true\n')],
  ['another text of a tool', () => put('.orchestra/tools/x/run.sh', 'exec y\n')],
  ['a file that became a program', () => put('.orchestra/tools/x/run.sh', 'exec x\n', 0o755)],
  [
    'a file that became a link',
    () => {
      fs.rmSync(join(root, '.orchestra/tools/x/run.sh'));
      fs.symlinkSync('/bin/sh', join(root, '.orchestra/tools/x/run.sh'));
    },
  ],
])('%s asks again', (_what, change) => {
  put('.orchestra/tools/x/run.sh', 'exec x\n');
  trustRepo(root, env);
  change();
  expect(trustState(root, env).state).toBe('changed');
});

test('a link that points elsewhere asks again', () => {
  const link = join(root, '.orchestra', 'hooks', 'start');
  fs.mkdirSync(dirname(link));
  fs.symlinkSync('/bin/true', link);
  trustRepo(root, env);
  fs.rmSync(link);
  fs.symlinkSync('/bin/false', link);
  expect(trustState(root, env).state).toBe('changed');
});

test('a change of what is only data does not ask again', () => {
  trustRepo(root, env);
  put('.orchestra/config.yaml', '# a note\nparallel: 9\nchecks: ["npm test"]\n');
  expect(trustState(root, env).state).toBe('trusted');
});

test('a repository without anything to execute needs no trust, and leaves no file', () => {
  put('.orchestra/config.yaml', 'parallel: 3\n');
  expect(trustRepo(root, env)).toEqual({ state: 'none', items: [] });
  expect(fs.existsSync(trustFile())).toBe(false);
});

test('trust is for one repository by its real path, and a damaged file trusts nothing', () => {
  fs.symlinkSync(root, `${root}-link`);
  fs.cpSync(root, `${root}-copy`, { recursive: true });
  trustRepo(`${root}-link`, env);
  expect(trustState(root, env).state).toBe('trusted');
  expect(trustState(`${root}-copy`, env).state).toBe('untrusted');
  trustRepo(`${root}-copy`, env);
  expect(trustState(root, env).state).toBe('trusted');
  fs.writeFileSync(trustFile(), '{"repos":');
  expect(trustState(root, env).state).toBe('untrusted');
});

test('without a home there is no place to keep trust', () => {
  expect(() => trustRepo(root, {})).toThrow(
    'Neither XDG_CONFIG_HOME nor HOME is set, so there is no place to keep trust.',
  );
});
