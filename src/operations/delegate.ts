import * as z from 'zod';
import { OrchestraError } from '../base/errors.ts';
import { taskIdPattern, taskNumber } from '../model/task-id.ts';
import { askToStop } from '../pipeline/ask-to-stop.ts';
import { ensureConductor } from '../pipeline/conductor-process.ts';
import { refuseTooMuch } from '../pipeline/intake.ts';
import { learnOutcome } from '../pipeline/learned.ts';
import {
  type Proposal,
  planFor,
  proposeTask,
  type StoredTask,
  storeTasks,
} from '../pipeline/request-task.ts';
import { summaryOf, taskDocument, taskView } from '../pipeline/task.ts';
import { exitStatusOf, waitForTasks } from '../pipeline/wait.ts';
import type { World } from '../pipeline/world.ts';
import { accessNotice } from '../plan/notice.ts';
import { haltedSince } from '../store/halt.ts';
import { checkTmux } from '../tmux/server.ts';
import { withWorld } from './open-world.ts';
import { type Caller, field, type Operation, type Result } from './operation.ts';
import { progressText } from './progress-text.ts';
import { readRequests } from './read-requests.ts';
import { requestFlags } from './task-flags.ts';
import { orderOf, withIds } from './task-order.ts';
import { warnOfVersions } from './version-warning.ts';

const input = z.object({
  task: field(z.string().optional(), { description: 'what to do; - reads standard input', value: 'TEXT' }),
  file: field(z.array(z.string()).min(1).optional(), {
    description: 'the task from a text file, or a task file (.yaml, .json); again for more',
    value: 'F',
  }),
  batch: field(z.string().optional(), { description: 'many tasks, one JSON object a line', value: 'F' }),
  ...requestFlags,
  detach: field(z.boolean().optional(), { description: 'return as soon as the task is stored' }),
  dryRun: field(z.boolean().optional(), { description: 'show the plan and its estimate, change nothing' }),
});
type Input = z.infer<typeof input>;

/** How long a second Ctrl-C is waited for. */
const SECOND_THOUGHT_MS = 1500;

/** Route, run, check, summarise. */
export const operation: Operation<Input> = {
  name: 'delegate',
  summary: 'give a task to the coding agent that fits it',
  effect: 'write',
  input,
  output: 'orchestra.summary/1; with --detach orchestra.task/1; with --dry-run orchestra.plan/1',
  examples: [
    'orchestra delegate --task "Add OAuth2 with Google"',
    'orchestra delegate --file task.md --check "npm test" --budget 2',
    'orchestra delegate --task "Fix the flaky login test" --detach',
  ],
  async run(caller, given) {
    const { task, file, batch, detach: _, dryRun: __, ...flags } = given;
    const requests = await readRequests(caller, { task, file, batch, flags });
    orderOf(requests);
    const asker = { cwd: caller.cwd, env: caller.env };
    // Asked meanwhile; what is wrong with tmux is told after what is wrong with the request.
    const tmux = given.dryRun ? undefined : checkTmux(caller.env);
    tmux?.catch(() => {});
    const proposals: Proposal[] = [];
    for (const request of requests) proposals.push(await proposeTask(caller.home, request, asker));
    if (given.dryRun) return dryRun(caller, proposals);
    await tmux;
    return withWorld(caller, { write: true }, (world) =>
      run(caller, world, proposals, given.detach === true),
    );
  },
};

async function run(caller: Caller, world: World, proposals: Proposal[], detach: boolean): Promise<Result> {
  refuseUnknownDependencies(world, proposals);
  refuseTooMuch(world, proposals);
  if (haltedSince(world.home) !== undefined) {
    caller.notify({ kind: 'info', text: 'Everything is stopped: it waits until orchestra resume.' });
  }
  await caller.behalf?.begin();
  const tasks = store(caller, world, proposals);
  ensureConductor(world);
  // The conductor does it when nobody waits.
  if (caller.behalf === undefined) learnOutcome(world);
  const asked = proposals.map(({ tool }, index) => ({ tool, task: tasks[index] ?? '', run: 1 }));
  await warnOfVersions(caller, world, asked);
  if (detach) return { documents: tasks.map((task) => taskDocument(taskView(world.store, task))) };
  const views = await waitForTasks(world, tasks, caller.signal, (view) =>
    caller.notify({ kind: 'progress', task: view.id, text: progressText(view) }),
  );
  if (views === undefined) return left(caller, world, tasks);
  return {
    documents: views.map((view) => summaryOf(world.home, view)),
    exit: Math.max(...views.map(exitStatusOf)),
  };
}

/** So many at a time, so that the first start while the others are stored. */
const STORED_TOGETHER = 8;

/** Stores all, those first that others come after; gives their ids in the order of the proposals. */
function store(caller: Caller, world: World, proposals: Proposal[]): string[] {
  const ids = new Map<string, string>();
  const tasks = proposals.map(() => '');
  const order = orderOf(proposals.map(({ request }) => request));
  for (let first = 0; first < order.length; first += STORED_TOGETHER) {
    const stored = storeTasks(world, (storeOne) =>
      order.slice(first, first + STORED_TOGETHER).map((place) => {
        const proposal = proposals[place] as Proposal;
        const after = withIds(proposal.request.after, ids);
        const request = { ...proposal.request, after, nonce: caller.behalf?.nonce };
        const one = storeOne({ ...proposal, request });
        if (request.name !== undefined) ids.set(request.name, one.task);
        tasks[place] = one.task;
        return { proposal, one };
      }),
    );
    for (const { proposal, one } of stored) tell(caller, proposal, one);
  }
  return tasks;
}

function tell(caller: Caller, { route, settings, tool }: Proposal, { task, plan }: StoredTask): void {
  const { untrusted } = settings.loaded;
  const held =
    untrusted.length === 0 ? [] : [`Not trusted, so left out: ${untrusted.join(', ')} (orchestra trust).`];
  const notice = accessNotice(tool.profile, plan.access);
  const notes = [...plan.workplace.notes, ...held, ...(notice === undefined ? [] : [notice])];
  caller.notify({ kind: 'decided', task, route, notes });
}

/** The user has left: the tasks go on, unless a second interrupt comes at once. */
async function left(caller: Caller, world: World, tasks: string[]): Promise<Result> {
  const names = tasks.join(' ');
  caller.notify({
    kind: 'info',
    text: `${names} goes on in the background. Ctrl-C again stops it.\n  back to it: orchestra wait ${names}\n  stop it:    orchestra cancel ${names}`,
  });
  if (await insists(caller.insist)) {
    for (const task of tasks) askToStop(world, taskView(world.store, task));
    caller.notify({ kind: 'info', text: `${names}: cancelling.` });
  }
  return { documents: tasks.map((task) => taskDocument(taskView(world.store, task))), exit: 130 };
}

function insists(signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), SECOND_THOUGHT_MS);
    const stop = () => {
      clearTimeout(timer);
      resolve(true);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

function dryRun(caller: Caller, proposals: Proposal[]): Promise<Result> {
  return withWorld(caller, { write: false }, (world) => {
    const last = world.store.taskIds().reduce((highest, id) => Math.max(highest, taskNumber(id)), 0);
    const documents = proposals.map((proposal, index) => ({
      schema: 'orchestra.plan/1',
      route: proposal.route,
      plan: planFor(proposal, `task-${last + 1 + index}`, world.store.homeId),
    }));
    return { documents };
  });
}

function refuseUnknownDependencies(world: World, proposals: Proposal[]): void {
  const unknown = proposals
    .flatMap(({ request }) => request.after ?? [])
    .find((task) => taskIdPattern.test(task) && !world.store.exists(task));
  if (unknown === undefined) return;
  throw new OrchestraError('usage', `--after: there is no ${unknown}.`, {
    hint: 'orchestra status --all lists every task. One of the same call is given a name, and named by that.',
  });
}
