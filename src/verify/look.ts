import * as fs from 'node:fs';
import { join, resolve } from 'node:path';
import { runInNewContext } from 'node:vm';
import { matchesAny, matchesGlob } from '../base/glob.ts';
import { statusOf } from '../git/status.ts';
import type { Check } from '../model/check.ts';
import type { Patch, PatchFile } from '../model/patch.ts';

/** What checks look at that run nothing. `patch` is null when the change is too large to be read. */
export interface Scene {
  /** Root of the repository or folder; patterns and paths count from here. */
  root: string;
  patch: Patch | null;
  /** Whether what is uncommitted counts: not where the work is done in place. */
  committed: boolean;
}

const LARGEST_BYTES = 4 * 1024 * 1024;
const PATTERN_MS = 500;

/** What speaks against a check of the kinds that look only, one sentence each; nothing when it passes. */
export async function lookAt(
  check: Exclude<Check, { kind: 'command' | 'tests' }>,
  scene: Scene,
): Promise<string[]> {
  if (check.kind === 'files') return filesFaults(check, scene);
  return check.kind === 'diff' ? diffFaults(check, scene) : await cleanFaults(scene);
}

const unread = 'the change cannot be read: it is too large, or there is no git';

function filesFaults(check: Extract<Check, { kind: 'files' }>, { root, patch }: Scene): string[] {
  const { exist = [], absent = [], unchanged = [], match = [] } = check;
  const touched = (patch ?? []).filter(({ path }) => matchesAny(path, unchanged));
  return [
    ...exist.filter((pattern) => !isThere(root, pattern)).map((pattern) => `${pattern} does not exist`),
    ...absent.filter((pattern) => isThere(root, pattern)).map((pattern) => `${pattern} exists`),
    ...(unchanged.length > 0 && patch === null ? [unread] : []),
    ...touched.map(({ path, change }) => `${path} was ${change}`),
    ...match.flatMap(({ file, pattern }) => matchFault(root, file, pattern) ?? []),
  ];
}

function isThere(root: string, pattern: string): boolean {
  if (!/[*?{]/.test(pattern)) return isInside(root, pattern) && fs.existsSync(join(root, pattern));
  for (const path of pathsBelow(root, '')) if (matchesGlob(path, pattern)) return true;
  return false;
}

function isInside(root: string, path: string): boolean {
  return resolve(root, path).startsWith(`${resolve(root)}/`);
}

const passedOver = new Set(['.git', 'node_modules']);

function* pathsBelow(root: string, folder: string): Generator<string> {
  for (const entry of fs.readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (!entry.isDirectory()) yield path;
    else if (!passedOver.has(entry.name)) yield* pathsBelow(root, path);
  }
}

function matchFault(root: string, file: string, pattern: string): string | undefined {
  const path = join(root, file);
  const stat = isInside(root, file) ? fs.statSync(path, { throwIfNoEntry: false }) : undefined;
  if (!stat?.isFile()) return `${file} does not exist`;
  if (stat.size > LARGEST_BYTES) return `${file} is over 4 MB, too large to be searched`;
  try {
    return holds(fs.readFileSync(path, 'utf8'), pattern) ? undefined : `${file} does not match /${pattern}/`;
  } catch {
    return `/${pattern}/ takes too long on ${file}`;
  }
}

// A pattern may be made to take for ever, and only a context of its own has a time limit.
function holds(text: string, pattern: string): boolean {
  const code = 'new RegExp(pattern, "m").test(text)';
  return runInNewContext(code, { text, pattern }, { timeout: PATTERN_MS }) === true;
}

function diffFaults(check: Extract<Check, { kind: 'diff' }>, { patch }: Scene): string[] {
  if (patch === null) return [unread];
  const { maxFiles, maxLines, allowed, forbidden = [] } = check;
  const lines = linesIn(patch);
  return [
    ...(maxFiles !== undefined && patch.length > maxFiles
      ? [`${patch.length} files are changed, at most ${maxFiles} are allowed`]
      : []),
    ...(maxLines !== undefined && lines > maxLines
      ? [`${lines} lines are changed, at most ${maxLines} are allowed`]
      : []),
    ...patch
      .filter(({ path }) => allowed !== undefined && !matchesAny(path, allowed))
      .map(({ path }) => `${path} is outside of ${(allowed as string[]).join(', ')}`),
    ...patch
      .filter(({ path }) => matchesAny(path, forbidden))
      .map(({ path }) => `${path} may not be changed`),
  ];
}

/** Lines added and removed together; binary files count none. */
export function linesIn(patch: readonly PatchFile[]): number {
  return patch.reduce((sum, file) => sum + file.added.length + file.removed, 0);
}

async function cleanFaults({ root, patch, committed }: Scene): Promise<string[]> {
  if (patch === null) return [unread];
  const status = await statusOf(root);
  const left = committed ? [...status.changed, ...status.untracked] : [];
  return [
    ...status.unmerged.map((path) => `${path} is unmerged`),
    ...left.map((path) => `${path} is not committed`),
    ...patch.flatMap(markersIn),
  ];
}

// All three, in this order: a line of equals signs alone is a heading.
const markers = [/^<{7}( |$)/, /^={7}\r?$/, /^>{7}( |$)/];

function markersIn({ path, added }: PatchFile): string[] {
  const found = markers.map((marker) => added.find(({ text }) => marker.test(text)));
  return found.every((line) => line !== undefined) ? [`${path}:${found[0]?.line} has conflict markers`] : [];
}
