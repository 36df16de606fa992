import { join } from 'node:path';
import { readJson, writeAtomic } from '../base/files.ts';
import type { ProcessIdentity } from '../base/process.ts';
import { socketIn } from '../base/socket-path.ts';
import type { Home } from '../model/home.ts';

/** The socket of the home's tmux server. A home with a long path keeps it in a runtime folder, noted in `tmux.socket-path`. */
export function socketPath(home: Home, env: Record<string, string | undefined> = process.env): string {
  return socketIn(home.root, 'tmux', env);
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
