import { expect, test } from 'vitest';
import type { EventBody, StoredRequest } from '../../src/model/event.ts';
import { type TaskView, viewTask } from '../../src/model/task-view.ts';
import type { TaskStatus } from '../../src/model/words.ts';
import { byTurn, dependencyState, freePlaces, isToolBusy, isWaiting } from '../../src/pipeline/queue.ts';
import { aPlan, aSettlement, history, launch, requested } from '../model/samples.ts';

const planned = (run = 1, limits = {}): { run: number; body: EventBody } => ({
  run,
  body: { type: 'planned', plan: aPlan({ run, limits: { ...aPlan().limits, ...limits } }) },
});
const spawned = { run: 1, body: { type: 'spawned' as const, launch } };
const settled = (status: TaskStatus) => ({
  run: 1,
  body: { type: 'settled' as const, settlement: aSettlement({ status }) },
});

function task(
  id: string,
  bodies: Parameters<typeof history>[0],
  request: Partial<StoredRequest> = {},
): TaskView {
  return viewTask(history(bodies, requested(request, id))) as TaskView;
}

const waiting = (id: string, request: Partial<StoredRequest> = {}, limits = {}) =>
  task(id, [planned(1, limits)], request);
const running = (id: string, request: Partial<StoredRequest> = {}) => task(id, [planned(), spawned], request);

test('a task waits from its plan to its start, and again when another run is planned', () => {
  expect(isWaiting(task('task-1', []))).toBe(false);
  expect(isWaiting(waiting('task-1'))).toBe(true);
  expect(isWaiting(running('task-1'))).toBe(false);
  expect(isWaiting(task('task-1', [planned(), settled('cancelled')]))).toBe(false);
  const again = { run: 0, body: { type: 'queued' as const, mode: 'retry' as const } };
  expect(isWaiting(task('task-1', [planned(), spawned, settled('failed'), again, planned(2)]))).toBe(true);
});

test.each<[string, (TaskStatus | undefined)[], ReturnType<typeof dependencyState>]>([
  ['nothing', [], 'ready'],
  ['what is done', ['done', 'done'], 'ready'],
  ['what runs', ['done', 'running'], 'waiting'],
  ['what waits for approval', ['review'], 'waiting'],
  ['what asks', ['blocked'], 'waiting'],
  ['what failed', ['running', 'failed'], { failed: 'task-2' }],
  ['what was cancelled', ['cancelled'], { failed: 'task-1' }],
  ['what is not there', [undefined], { failed: 'task-1' }],
])('a task after %s', (_, statuses, state) => {
  const names = statuses.map((_, index) => `task-${index + 1}`);
  const view = waiting('task-9', { after: names });
  expect(dependencyState(view, (name) => statuses[names.indexOf(name)])).toEqual(state);
});

test('higher priority starts first, then the older task, by number and not by letter', () => {
  const tasks = [
    waiting('task-10'),
    waiting('task-9'),
    waiting('task-11', { priority: 5 }),
    waiting('task-2', { priority: -1 }),
  ];
  expect(tasks.sort(byTurn).map((view) => view.id)).toEqual(['task-11', 'task-9', 'task-10', 'task-2']);
});

test('a task whose agent waits for a task of its own gives it its place', () => {
  const [one, two] = [running('task-1'), running('task-2')];
  const child = waiting('task-3', { parent: 'task-1' });
  expect(freePlaces(4, [one, two], [one, two])).toBe(2);
  expect(freePlaces(1, [one, two], [one, two])).toBe(0);
  expect(freePlaces(1, [one], [one, child])).toBe(1);
  expect(freePlaces(2, [one, two], [one, two, child])).toBe(1);
  const started = running('task-3', { parent: 'task-1' });
  expect(freePlaces(1, [one, started], [one, started])).toBe(0);
});

test('a tool runs as often as its profile allows, one whose agent waits for a task of its own aside', () => {
  const limited = (id: string, parent: string | null = null) => waiting(id, { parent }, { toolParallel: 1 });
  const one = running('task-1');
  const busy = (view: TaskView, active: TaskView[], others: TaskView[] = []) =>
    isToolBusy(view, active, [...active, view, ...others]);
  expect(busy(limited('task-2'), [])).toBe(false);
  expect(busy(limited('task-2'), [one])).toBe(true);
  expect(busy(waiting('task-2'), [one])).toBe(false);
  expect(busy(limited('task-2', 'task-1'), [one])).toBe(false);
  expect(busy(limited('task-3', 'task-1'), [one, running('task-2', { parent: 'task-1' })])).toBe(true);
});
