import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import type { OutsideChange } from '../model/outside.ts';
import { commonDirOf } from './layout.ts';

/** What git obeys beside a repository's content: by file, then by key of a settings file, a digest of what it says. */
export type SettingsState = Record<string, Record<string, string>>;

// Of what is no settings file there is only the whole.
const WHOLE = '';
const LARGEST = 1024 * 1024;

/**
 * The settings, hooks and attributes of a repository and of the person whose home this is; values only as digests. Empty
 * where there is no repository. No fork.
 */
export function settingsOf(root: string, userHome: string | undefined): SettingsState {
  const common = folderOf(root);
  if (common === undefined) return {};
  const hooks = join(common, 'hooks');
  const settings = [
    join(common, 'config'),
    join(common, 'config.worktree'),
    ...(userHome ? [join(userHome, '.gitconfig'), join(userHome, '.config', 'git', 'config')] : []),
  ];
  const others = [
    ...namesIn(hooks).map((name) => join(hooks, name)),
    ...['attributes', 'exclude', 'grafts'].map((name) => join(common, 'info', name)),
    join(common, 'objects', 'info', 'alternates'),
  ];
  const state: SettingsState = {};
  const put = (path: string, keys: Record<string, string> | undefined) => {
    const inside = relative(root, path);
    if (keys !== undefined) state[inside.startsWith('..') || isAbsolute(inside) ? path : inside] = keys;
  };
  for (const path of settings) put(path, keysIn(path));
  for (const path of others) put(path, contentOf(path));
  return state;
}

function folderOf(root: string): string | undefined {
  try {
    return commonDirOf(root);
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder).filter((name) => !name.endsWith('.sample'));
  } catch {
    return [];
  }
}

function contentOf(path: string): Record<string, string> | undefined {
  try {
    const stat = fs.statSync(path);
    const content =
      stat.isFile() && stat.size <= LARGEST ? fs.readFileSync(path) : `${stat.size} ${stat.mtimeMs}`;
    return { [WHOLE]: digest(`${stat.mode} ${content}`) };
  } catch {
    return undefined;
  }
}

// What git notes of itself when somebody pushes or pulls is no setting of worth.
const passing = /^branch\./;

function keysIn(path: string): Record<string, string> | undefined {
  let text: string;
  try {
    const stat = fs.statSync(path);
    // Of a pipe in its place nothing would ever come.
    if (!stat.isFile() || stat.size > LARGEST) return contentOf(path);
    text = fs.readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  const said = new Map<string, string>();
  let section = '';
  let key = '';
  for (const line of text.split('\n')) {
    const head = line.match(/^\s*\[([^\]]*)\]/)?.[1];
    if (head !== undefined) section = head.replace(/\s*"(.*)"\s*$/, '.$1').trim();
    const name = line.replace(/^\s*\[[^\]]*\]/, '').match(/^\s*([A-Za-z][\w-]*)\s*(?:=|$)/)?.[1];
    if (name !== undefined) key = `${section}.${name}`;
    else if (head !== undefined || /^\s*(?:[#;]|$)/.test(line)) continue;
    if (!passing.test(key)) said.set(key, `${said.get(key) ?? ''}\n${line}`);
  }
  return Object.fromEntries([...said].map(([name, lines]) => [name, digest(lines)]));
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** What is not as it was, a line for each file. */
export function settingsChanges(before: SettingsState, after: SettingsState): OutsideChange[] {
  return namesOfBoth(before, after).flatMap((file): OutsideChange | OutsideChange[] => {
    const [old, now] = [before[file], after[file]];
    if (old?.[WHOLE] !== undefined || now?.[WHOLE] !== undefined) {
      if (old?.[WHOLE] === now?.[WHOLE]) return [];
      const what = old === undefined ? 'was added' : now === undefined ? 'was removed' : 'was changed';
      return { kind: 'settings', file, what };
    }
    const keys = namesOfBoth(old ?? {}, now ?? {}).filter((key) => old?.[key] !== now?.[key]);
    const rest = keys.length > 5 ? ` and ${keys.length - 5} more` : '';
    if (keys.length === 0) return [];
    return { kind: 'settings', file, what: `was changed (${keys.slice(0, 5).join(', ')}${rest})` };
  });
}

function namesOfBoth(a: object, b: object): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])];
}
