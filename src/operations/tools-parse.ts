import * as fs from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import { OrchestraError } from '../base/errors.ts';
import { readTail } from '../base/files.ts';
import { formatOf } from '../parse/formats.ts';
import { findTools } from '../pipeline/decide-route.ts';
import { OutputFollower } from '../watch/output-follower.ts';
import { field, type Operation } from './operation.ts';

const input = z.object({
  tool: field(z.string(), { description: 'whose output it is', positional: true, value: 'TOOL' }),
  file: field(z.string(), { description: 'the recorded output', positional: true, value: 'FILE' }),
  exit: field(z.string().default('0'), {
    description: 'the exit status, or a signal such as SIGKILL',
    value: 'N',
  }),
  stderr: field(z.string().optional(), { description: 'the recorded standard error', value: 'FILE' }),
});

/** The report that a recorded output gives. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'tools parse',
  summary: 'show the report that a recorded output gives',
  effect: 'read',
  input,
  output: 'orchestra.report/1',
  examples: ['orchestra tools parse TOOL out.jsonl --exit 1'],
  async run(caller, given) {
    const { tools } = findTools(caller.env);
    const tool = tools.find((candidate) => candidate.profile.name === given.tool);
    if (tool === undefined) {
      const known = tools.map((candidate) => candidate.profile.name).join(', ');
      throw new OrchestraError('usage', `There is no tool "${given.tool}".`, { hint: `Known: ${known}.` });
    }
    const path = resolve(caller.cwd, given.file);
    if (!fs.statSync(path, { throwIfNoEntry: false })?.isFile()) {
      throw new OrchestraError('usage', `${path} is not a file.`, {
        hint: 'Name the recorded output of a run.',
      });
    }
    const parser = formatOf(tool.profile.format).create();
    const follower = new OutputFollower(path);
    while (follower.read((bytes) => parser.push(bytes)));
    const stderr = given.stderr === undefined ? '' : readTail(resolve(caller.cwd, given.stderr), 8192);
    return { documents: [parser.end(exitOf(given.exit), stderr)] };
  },
};

function exitOf(text: string): { code: number | null; signal: string | null } {
  if (/^\d{1,3}$/.test(text)) return { code: Number(text), signal: null };
  const signal = text.toUpperCase().replace(/^(SIG)?/, 'SIG');
  if (/^SIG[A-Z0-9+]+$/.test(signal)) return { code: null, signal };
  throw new OrchestraError('usage', `--exit: "${text}" is neither an exit status nor a signal.`, {
    hint: 'Write it like 1 or SIGKILL.',
  });
}
