import * as fs from 'node:fs';
import * as z from 'zod';
import { OrchestraError } from '../base/errors.ts';
import { lineRedactor } from '../base/redact.ts';
import { watchPath } from '../base/signal-file.ts';
import { type RunFiles, runFiles } from '../model/home.ts';
import { lastRun, type TaskView } from '../model/task-view.ts';
import { formatOf } from '../parse/formats.ts';
import { prunedRun } from '../pipeline/prune-runs.ts';
import { taskView } from '../pipeline/task.ts';
import type { World } from '../pipeline/world.ts';
import { redactionIn } from '../spawn/secret-marks.ts';
import { OutputFollower } from '../watch/output-follower.ts';
import { withWorld } from './open-world.ts';
import { type Caller, field, type Operation, taskArgument } from './operation.ts';

const input = z.object({
  task: taskArgument,
  run: field(z.number().int().positive().optional(), {
    description: 'which run (default: the last)',
    value: 'N',
  }),
  raw: field(z.boolean().optional(), { description: "the tool's bytes as they came" }),
  stderr: field(z.boolean().optional(), { description: 'what it wrote to standard error' }),
  follow: field(z.boolean().optional(), { description: 'go on until the run ends', short: 'f' }),
});
type Input = z.infer<typeof input>;

/** What was recorded of a run; told piece by piece, so that a huge log needs little memory. */
export const operation: Operation<Input> = {
  name: 'logs',
  summary: 'show the recorded output of a task',
  effect: 'read',
  input,
  output: 'text; with --json orchestra.log/1, which says where the files are',
  examples: [
    'orchestra logs task-5',
    'orchestra logs task-5 --follow',
    'orchestra logs task-5 --raw > out.jsonl',
  ],
  run(caller, given) {
    return withWorld(caller, { write: false }, async (world) => {
      const view = taskView(world.store, given.task);
      const number = given.run ?? lastRun(view)?.run ?? 1;
      const run = view.runs.find((candidate) => candidate.run === number);
      if (run?.plan === undefined) {
        throw new OrchestraError('not_found', `${view.id} has no run ${number}.`, {
          hint: `It has ${view.runs.length}.`,
        });
      }
      const files = runFiles(world.home, view.id, number);
      const path = given.stderr ? files.stderr : files.output;
      refusePruned(view.id, number, files);
      await tell(
        caller,
        world,
        view,
        number,
        path,
        // Only --raw gives the bytes as they came.
        given.raw ? undefined : formatOf(given.stderr ? 'plain' : run.plan.format),
        given,
      );
      return {
        documents: [
          {
            schema: 'orchestra.log/1',
            task: view.id,
            run: number,
            output: files.output,
            stderr: files.stderr,
          },
        ],
      };
    });
  },
};

function refusePruned(task: string, run: number, files: RunFiles): void {
  const pruned = prunedRun(files);
  if (pruned === undefined) return;
  throw new OrchestraError(
    'not_found',
    `What ${task} run ${run} has printed was removed at ${pruned.at}, ${pruned.why}.`,
    { hint: `What came of it is still there: orchestra status ${task}, ${files.summary}` },
  );
}

async function tell(
  caller: Caller,
  world: World,
  view: TaskView,
  run: number,
  path: string,
  format: ReturnType<typeof formatOf> | undefined,
  given: Input,
): Promise<void> {
  const renderer = format?.render();
  const redact = lineRedactor(redactionIn(runFiles(world.home, view.id, run).dir));
  const follower = new OutputFollower(path);
  const say = (lines: string[]) => {
    if (lines.length > 0) caller.notify({ kind: 'text', text: `${lines.map(redact).join('\n')}\n` });
  };
  const read = () => {
    while (
      follower.read((bytes) => {
        if (renderer !== undefined) say(renderer.push(bytes));
        else caller.notify({ kind: 'bytes', bytes });
      })
    );
  };
  const ended = () =>
    taskView(world.store, view.id).runs.find((candidate) => candidate.run === run)?.ending !== undefined;
  if (given.follow) await until(caller, runFiles(world.home, view.id, run).dir, read, ended);
  read();
  if (renderer !== undefined) say(renderer.end());
}

/** Reads whenever the run's folder changes, until the run has ended or the caller leaves. */
function until(caller: Caller, dir: string, read: () => void, ended: () => boolean): Promise<void> {
  if (ended() || !fs.existsSync(dir)) return Promise.resolve();
  return new Promise((resolve) => {
    const look = () => {
      const last = ended() || caller.signal.aborted;
      read();
      if (!last) return;
      unwatch();
      resolve();
    };
    const unwatch = watchPath(dir, look, 250);
    caller.signal.addEventListener('abort', look, { once: true });
    look();
  });
}
