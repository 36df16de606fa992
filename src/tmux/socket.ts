import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { OrchestraError } from '../base/errors.ts';
import { ensurePrivateDir, readIfExists, readJson, writeAtomic } from '../base/files.ts';
import type { ProcessIdentity } from '../base/process.ts';
import type { Home } from '../model/home.ts';

// The kernel takes 107 bytes, macOS 103.
const longestSocketPath = 100;

/** The socket of the home's tmux server. A home with a long path keeps it in a runtime folder, noted in `tmux.socket-path`. */
export function socketPath(home: Home, env: Record<string, string | undefined> = process.env): string {
  const direct = join(home.root, 'tmux.sock');
  if (Buffer.byteLength(direct) <= longestSocketPath) return direct;
  const note = join(home.root, 'tmux.socket-path');
  const noted = readIfExists(note)?.trim();
  const path = noted || join(runtimeDir(env, home.root), 'tmux.sock');
  ownPrivateDir(join(path, '..'));
  if (!noted) {
    ensurePrivateDir(home.root);
    writeAtomic(note, `${path}\n`);
  }
  return path;
}

function runtimeDir(env: Record<string, string | undefined>, root: string): string {
  const hash = createHash('sha256').update(root).digest('hex').slice(0, 12);
  const wanted = env.XDG_RUNTIME_DIR ? join(env.XDG_RUNTIME_DIR, `orchestra-${hash}`) : undefined;
  if (wanted && Buffer.byteLength(wanted) + 10 <= longestSocketPath && fs.existsSync(join(wanted, '..')))
    return wanted;
  return `/tmp/orchestra-${process.getuid?.() ?? 0}-${hash}`;
}

// Anyone can make a folder in /tmp first.
function ownPrivateDir(dir: string): void {
  ensurePrivateDir(dir);
  const stat = fs.lstatSync(dir);
  if (stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o077) === 0) return;
  throw new OrchestraError(
    'refused',
    `The folder ${dir}, meant for the tmux socket, is not private to you.`,
    {
      hint: 'Remove it, or set ORCHESTRA_HOME to a shorter path.',
    },
  );
}

function identityPath(home: Home): string {
  return join(home.root, 'tmux.server');
}

/** The server that was last seen, living or not. */
export function recordedServer(home: Home): ProcessIdentity | undefined {
  const value = readJson(identityPath(home)) as Partial<ProcessIdentity> | undefined | null;
  if (typeof value?.pid !== 'number' || typeof value.startTime !== 'string') return undefined;
  return { pid: value.pid, startTime: value.startTime };
}

/** Remembers the server, so that it is found again when its socket is deleted. */
export function recordServer(home: Home, server: ProcessIdentity): void {
  const known = recordedServer(home);
  if (known?.pid === server.pid && known.startTime === server.startTime) return;
  writeAtomic(identityPath(home), `${JSON.stringify(server)}\n`);
}
