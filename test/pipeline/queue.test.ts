import { expect, test } from 'vitest';
import type { EventBody, ParkedFor, StoredRequest } from '../../src/model/event.ts';
import { type TaskView, viewTask } from '../../src/model/task-view.ts';
import type { TaskStatus } from '../../src/model/words.ts';
import { waitsForSomebody } from '../../src/pipeline/forerunners.ts';
import {
  dependencyState,
  isDue,
  isToolBusy,
  isWaiting,
  nextByTurn,
  placesLeft,
} from '../../src/pipeline/queue.ts';
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

test('a task that goes on whatever becomes of others waits for their end only', () => {
  const view = waiting('task-9', { after: ['task-1'], afterFailed: 'go-on' });
  expect(dependencyState(view, () => 'running')).toBe('waiting');
  expect(dependencyState(view, () => 'failed')).toBe('ready');
  expect(dependencyState(view, () => undefined)).toBe('ready');
});

const parkedEvent = (until: string | null, why?: ParkedFor): { run: number; body: EventBody } => ({
  run: 0,
  body: { type: 'parked', until, reason: 'a limit', for: why },
});
const parked = (until: string | null, why?: ParkedFor) =>
  task('task-1', [planned(), parkedEvent(until, why)]);

test('a parked task waits for its time, and without one for somebody', () => {
  const noon = '2026-01-02T12:00:00.000Z';
  expect(isWaiting(parked(noon))).toBe(true);
  expect(isDue(parked(noon), Date.parse(noon) - 1)).toBe(false);
  expect(isDue(parked(noon), Date.parse(noon))).toBe(true);
  expect(isDue(parked(null), Date.parse(noon))).toBe(false);
  // Parked for the end of a stop that had ended meanwhile.
  expect(isDue(parked(null, 'resume'), Date.parse(noon))).toBe(true);
  expect(isDue(waiting('task-2'), 0)).toBe(true);
});

test('whoever waits for a task is not sent away while it goes on by itself', () => {
  const stopped = {
    events: () => history([planned(), parkedEvent(null, 'resume')], requested({}, 'task-1')),
  };
  const nobody = { events: () => [] };
  const noon = '2026-01-02T12:00:00.000Z';
  for (const halted of [false, true]) {
    expect(waitsForSomebody(parked(null), nobody, halted)).toBe(true);
    expect(waitsForSomebody(parked(noon, 'budget'), nobody, halted)).toBe(false);
    // A stop that had ended as the task was parked.
    expect(waitsForSomebody(parked(null, 'resume'), nobody, halted)).toBe(halted);
    const behind = waiting('task-2', { after: ['task-1'] });
    expect(waitsForSomebody(behind, stopped, halted)).toBe(halted);
  }
});

function order(views: TaskView[], active: TaskView[] = []): string[] {
  const left = [...views];
  const running = [...active];
  return views.map(() => {
    const next = nextByTurn(left, running);
    left.splice(left.indexOf(next), 1);
    running.push(next);
    return next.id;
  });
}

test('higher priority starts first, then the older task, by number and not by letter', () => {
  const tasks = [
    waiting('task-10'),
    waiting('task-9'),
    waiting('task-11', { priority: 5 }),
    waiting('task-2', { priority: -1 }),
  ];
  expect(order(tasks)).toEqual(['task-11', 'task-9', 'task-10', 'task-2']);
});

test('repositories take turns, so that many tasks of one do not keep that of another waiting', () => {
  const of = (id: string, repo: string) => waiting(id, { repo });
  const tasks = [of('task-1', '/a'), of('task-2', '/a'), of('task-3', '/a'), of('task-4', '/b')];
  expect(order(tasks)).toEqual(['task-1', 'task-4', 'task-2', 'task-3']);
  expect(order(tasks, [running('task-9', { repo: '/a' })])[0]).toBe('task-4');
});

test('a task whose agent waits for a task of its own gives it its place', () => {
  const [one, two] = [running('task-1'), running('task-2')];
  const child = waiting('task-3', { parent: 'task-1' });
  expect(placesLeft(4, [one, two], [one, two])).toBe(2);
  expect(placesLeft(1, [one, two], [one, two])).toBe(0);
  expect(placesLeft(1, [one], [one, child])).toBe(1);
  expect(placesLeft(2, [one, two], [one, two, child])).toBe(1);
  const started = running('task-3', { parent: 'task-1' });
  expect(placesLeft(1, [one, started], [one, started])).toBe(0);
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
