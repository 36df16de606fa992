import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { join, relative } from 'node:path';

/** Everything in a repository that is the user's: by name of the thing, what it is like. */
export type UserState = Map<string, string>;

/** The user's files, index, HEAD, refs and configuration as they are now; what is Orchestra's own is left out. */
export function userState(repo: string): UserState {
  const state: UserState = new Map();
  for (const path of pathsUnder(Buffer.from(repo))) {
    state.set(`file ${relative(repo, path.toString())}`, describe(path));
  }
  const common = gitOut(repo, 'rev-parse', '--path-format=absolute', '--git-common-dir').trimEnd();
  const own = gitOut(repo, 'rev-parse', '--absolute-git-dir').trimEnd();
  state.set('HEAD', fs.readFileSync(join(own, 'HEAD'), 'utf8'));
  state.set('config', fs.readFileSync(join(common, 'config'), 'utf8'));
  const operation = ['MERGE_HEAD', 'rebase-merge', 'index.lock'].filter((name) =>
    fs.existsSync(join(own, name)),
  );
  state.set('in progress', operation.join(' '));
  for (const line of gitOut(repo, 'for-each-ref', '--format=%(refname) %(objectname)').split('\n')) {
    const [ref = '', sha = ''] = line.split(' ');
    if (ref !== '' && !/^refs\/(?:heads\/orchestra[/-]|orchestra\/)/.test(ref)) state.set(`ref ${ref}`, sha);
  }
  for (const entry of gitOut(repo, 'ls-files', '-z', '--stage', '-v').split('\0')) {
    const [what = '', path = ''] = entry.split('\t');
    if (path !== '') state.set(`index ${what.split(' ')[3] ?? ''} ${path}`, what);
  }
  return state;
}

/** What is not as it was, as `name: before -> after`. */
export function differences(before: UserState, after: UserState): string[] {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => `${name}: ${before.get(name) ?? 'absent'} -> ${after.get(name) ?? 'absent'}`);
}

function gitOut(repo: string, ...args: string[]): string {
  return execFileSync('git', ['-c', 'core.fsmonitor=false', '-C', repo, ...args], {
    encoding: 'utf8',
    stdio: 'pipe',
    maxBuffer: 64 * 1024 * 1024,
  });
}

// As bytes: a name need not be valid UTF-8.
function pathsUnder(folder: Buffer): Buffer[] {
  return fs.readdirSync(folder, { withFileTypes: true, encoding: 'buffer' }).flatMap((entry) => {
    if (entry.name.equals(Buffer.from('.git'))) return [];
    const path = Buffer.concat([folder, Buffer.from('/'), entry.name]);
    return entry.isDirectory() ? [path, ...pathsUnder(path)] : [path];
  });
}

function describe(path: Buffer): string {
  const stat = fs.lstatSync(path);
  const mode = stat.mode.toString(8);
  if (stat.isSymbolicLink()) return `${mode} -> ${fs.readlinkSync(path)}`;
  if (!stat.isFile()) return mode;
  return `${mode} ${createHash('sha1').update(fs.readFileSync(path)).digest('hex')}`;
}
