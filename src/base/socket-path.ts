import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { OrchestraError } from './errors.ts';
import { ensurePrivateDir, readIfExists, writeAtomic } from './files.ts';

// The kernel takes 107 bytes, macOS 103.
const longestSocketPath = 100;

/**
 * Where the socket of this name is for a folder: in it, or for a folder with a long path in a runtime folder, which is
 * made private and noted in `<name>.socket-path`. Throws `refused` when it is not private.
 */
export function socketIn(folder: string, name: string, env: Record<string, string | undefined>): string {
  const direct = directPath(folder, name);
  if (direct !== undefined) return direct;
  const noted = notedPath(folder, name);
  const path = noted || join(runtimeDir(env, folder), `${name}.sock`);
  ensurePrivateDir(dirname(path));
  refuseForeign(dirname(path));
  if (!noted) {
    ensurePrivateDir(folder);
    writeAtomic(noteIn(folder, name), `${path}\n`);
  }
  return path;
}

/** The socket of this name where there may be one; nothing is made. Undefined where nobody has ever listened. */
export function knownSocket(folder: string, name: string): string | undefined {
  const path = directPath(folder, name) ?? notedPath(folder, name);
  if (path === undefined || !fs.existsSync(path)) return undefined;
  return isPrivate(dirname(path)) ? path : undefined;
}

function directPath(folder: string, name: string): string | undefined {
  const path = join(folder, `${name}.sock`);
  return Buffer.byteLength(path) <= longestSocketPath ? path : undefined;
}

function noteIn(folder: string, name: string): string {
  return join(folder, `${name}.socket-path`);
}

function notedPath(folder: string, name: string): string | undefined {
  return readIfExists(noteIn(folder, name))?.trim() || undefined;
}

function runtimeDir(env: Record<string, string | undefined>, folder: string): string {
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  const wanted = env.XDG_RUNTIME_DIR ? join(env.XDG_RUNTIME_DIR, `orchestra-${hash}`) : undefined;
  const longest = '/conductor.sock'.length;
  if (
    wanted &&
    Buffer.byteLength(wanted) + longest <= longestSocketPath &&
    fs.existsSync(env.XDG_RUNTIME_DIR as string)
  )
    return wanted;
  return `/tmp/orchestra-${process.getuid?.() ?? 0}-${hash}`;
}

// Anyone can make a folder in /tmp first.
function isPrivate(dir: string): boolean {
  const stat = fs.lstatSync(dir);
  return stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o077) === 0;
}

function refuseForeign(dir: string): void {
  if (isPrivate(dir)) return;
  throw new OrchestraError('refused', `The folder ${dir}, meant for a socket, is not private to you.`, {
    hint: 'Remove it, or set ORCHESTRA_HOME to a shorter path.',
  });
}
