import { unknownCost } from '../../src/model/cost-sums.ts';
import type { EventBody, StoredRequest } from '../../src/model/event.ts';
import type { LedgerLine } from '../../src/model/ledger.ts';
import type { TaskStatus } from '../../src/model/words.ts';
import type { NewTask } from '../../src/store/events.ts';

const request: StoredRequest = { repo: '/work/shop', parent: null, tool: 'plain-tool' };

/** A task with this text. */
export function aTask(text = 'Add a test'): NewTask {
  return { title: text.slice(0, 20), repo: '/work/shop', text, request };
}

/** A `settled` event with this status. */
export function settled(status: TaskStatus): EventBody {
  const headline = 'It is over.';
  const settlement = {
    status,
    reason: '',
    errors: [],
    headline,
    cost: unknownCost,
    seconds: 1.5,
    commit: null,
  };
  return { type: 'settled', settlement };
}

/** Events that may come to any task, of every kind that matters for its status. */
export const bodies: EventBody[] = [
  { type: 'warned', message: 'close to its limit' },
  { type: 'progressed', progress: { done: 1, total: 3, current: 'tests' }, cost: unknownCost },
  { type: 'queued', mode: 'retry' },
  { type: 'rejected', reason: 'wrong file' },
  {
    type: 'ended',
    ending: { cause: 'lost', code: null, signal: null, startedAt: null, endedAt: 'x', logIncomplete: false },
  },
  { type: 'stopped', why: 'cancelled', by: 'user' },
  settled('review'),
  settled('done'),
  settled('failed'),
  settled('parked'),
  { type: 'approved', commit: 'abc', onto: 'main', landed: 'def' },
  { type: 'rejected', reason: 'not this "way"\n' },
  { type: 'queued', mode: 'retry' },
];

/** A cost line with these fields. */
export function aCost(fields: Partial<LedgerLine> = {}): LedgerLine {
  return {
    schema: 'orchestra.ledger/1',
    at: '2026-01-02T03:04:05.678Z',
    task: 'task-1',
    run: 1,
    tool: 'plain-tool',
    model: null,
    tokens: { input: 10, output: 20, cacheRead: 30, cacheWrite: 40 },
    usd: 0.25,
    source: 'reported',
    prices: null,
    ...fields,
  };
}
