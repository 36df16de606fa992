import { extname } from 'node:path';
import { OrchestraError } from '../base/errors.ts';
import { checkYaml, parseYaml } from '../base/yaml-file.ts';
import { TaskRequest } from '../model/request.ts';
import type { Caller } from './operation.ts';
import { decodeText, parseBatch, parseRequest, type RawRequest, readGiven } from './task-input.ts';

/** Where requests come from: exactly one of the three, and what was said beside it. */
export interface RequestSources {
  task?: string | undefined;
  file?: readonly string[] | undefined;
  batch?: string | undefined;
  flags: object;
}

/** The requests of a call, in the order given; flags win over files. Throws `usage` or `config` naming the place. */
export async function readRequests(caller: Caller, sources: RequestSources): Promise<TaskRequest[]> {
  const { task, file, batch, flags } = sources;
  const given = [task, file, batch].filter((source) => source !== undefined);
  if (given.length !== 1) {
    throw new OrchestraError(
      'usage',
      given.length === 0 ? 'No task was given.' : 'Give one of --task, --file and --batch.',
      { hint: 'orchestra delegate --task "what to do"' },
    );
  }
  const chosen = givenFlags(flags);
  if (batch !== undefined) return await readBatch(caller, batch, chosen);
  if (file !== undefined) {
    const requests: TaskRequest[] = [];
    for (const path of file)
      requests.push(parseRequest({ ...(await readTaskFile(caller, path)), ...chosen }, path));
    return requests;
  }
  const text =
    task === '-' ? decodeText(await readGiven(caller, '-'), 'the task text on standard input') : task;
  return [parseRequest({ ...chosen, task: text }, '--task')];
}

async function readBatch(caller: Caller, batch: string, chosen: RawRequest): Promise<TaskRequest[]> {
  const label = batch === '-' ? 'standard input' : batch;
  const text = decodeText(await readGiven(caller, batch), label, 64 * 1024 * 1024);
  const lines = parseBatch(text, label);
  if (lines.length === 0)
    throw new OrchestraError('usage', `${label} holds no task.`, { hint: 'Write one JSON object a line.' });
  return lines.map(({ line, value }) => parseRequest({ ...value, ...chosen }, `${label}, line ${line}`));
}

/** What was said on the command line; that wins over files. */
function givenFlags(flags: object): RawRequest {
  const given = Object.entries(flags).filter(
    ([name, value]) => value !== undefined && !(name === 'worktree' && value === true),
  );
  return Object.fromEntries(given);
}

async function readTaskFile(caller: Caller, path: string): Promise<RawRequest> {
  const text = decodeText(await readGiven(caller, path), `the file ${path}`);
  if (!['.yaml', '.yml', '.json'].includes(extname(path))) return { task: text };
  return checkYaml(parseYaml(text, path), TaskRequest);
}
