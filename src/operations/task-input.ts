import * as fs from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { errnoOf, OrchestraError } from '../base/errors.ts';
import { maxTaskBytes, TaskRequest } from '../model/request.ts';
import { type Caller, parseInput } from './operation.ts';

/** A request as it stands in a flag, a file or a batch; checked later. */
export type RawRequest = Record<string, unknown>;

/** The bytes of a file named on the command line, or of standard input for `-`. Throws `usage`. */
export async function readGiven(caller: Caller, path: string): Promise<Uint8Array> {
  if (path === '-') return caller.readStdin();
  const absolute = isAbsolute(path) ? path : resolve(caller.cwd, path);
  try {
    return fs.readFileSync(absolute);
  } catch (error) {
    const why = errnoOf(error) === 'ENOENT' ? 'does not exist' : `cannot be read (${errnoOf(error)})`;
    throw new OrchestraError('usage', `The file ${absolute} ${why}.`, {
      hint: 'Name a readable file, or - for standard input.',
    });
  }
}

/** Bytes as text. Throws `usage` when they are not UTF-8 or too many. */
export function decodeText(bytes: Uint8Array, what: string, limit = maxTaskBytes): string {
  if (bytes.length > limit) {
    throw new OrchestraError('usage', `${what} is over 1 MB.`, {
      hint: 'Put the bulk into a file of the repository and name it in the task.',
    });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new OrchestraError('usage', `${what} is not valid UTF-8.`, {
      hint: 'Convert it to UTF-8 first (iconv).',
    });
  }
}

/** Checks a request. Throws `usage` naming the field. */
export function parseRequest(raw: RawRequest, what: string): TaskRequest {
  return parseInput(TaskRequest, raw, what);
}

/** The JSON objects of a batch, one a line; empty lines are passed over. Throws `usage` naming the line. */
export function parseBatch(text: string, label: string): { line: number; value: RawRequest }[] {
  return text.split('\n').flatMap((content, index) => {
    if (content.trim() === '') return [];
    const line = index + 1;
    try {
      const value: unknown = JSON.parse(content);
      if (typeof value === 'object' && value !== null && !Array.isArray(value))
        return [{ line, value: value as RawRequest }];
    } catch {
      // Told below, with its line.
    }
    throw new OrchestraError('usage', `${label}, line ${line}: not a JSON object.`, {
      hint: 'Write one task a line, like {"task": "Fix the login test"}.',
    });
  });
}
