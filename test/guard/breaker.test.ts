import { expect, test } from 'vitest';
import { Breakers, type RunEnd } from '../../src/guard/breaker.ts';
import type { ErrorClass } from '../../src/model/words.ts';

const account = { tool: 'my-agent', account: 'a1' };
const minute = 60_000;

function ended(fields: Partial<RunEnd> & { class?: ErrorClass } = {}): RunEnd {
  const { class: name, ...rest } = fields;
  const errors = name === undefined ? [] : [{ class: name, message: 'no' }];
  return {
    ...account,
    task: 'task-1',
    status: name === undefined ? 'review' : 'failed',
    errors,
    at: 1000,
    retryAt: null,
    ...rest,
  };
}

function after(...ends: RunEnd[]): Breakers {
  const breakers = new Breakers();
  for (const end of ends) breakers.noteEnd(end);
  return breakers;
}

test('a refused key holds back what was asked for before, until a person does something', () => {
  const breakers = after(ended({ class: 'auth' }));
  expect(breakers.admit(account, 500, 0, 999 * minute)).toEqual({
    go: false,
    hold: false,
    until: null,
    reason:
      'my-agent is held back: auth in task-1 (the tool is not logged in, or its key was refused); mend it, then orchestra resume',
  });
  expect(breakers.admit(account, 2000, 0, 3000)).toEqual({ go: true });
  expect(breakers.admit(account, 2000, 1, 3000)).toEqual({ go: false, hold: true });
  expect(breakers.admit({ ...account, account: 'b2' }, 500, 3, 2000)).toEqual({ go: true });
  expect(breakers.admit({ ...account, tool: 'other' }, 500, 3, 2000)).toEqual({ go: true });
});

test('a limit holds back until it lifts, and then lets one try before the others', () => {
  const breakers = after(ended({ class: 'rate_limit', retryAt: 60 * minute }));
  expect(breakers.admit(account, 0, 0, 59 * minute)).toMatchObject({ go: false, until: 60 * minute });
  expect(breakers.admit(account, 0, 0, 60 * minute)).toEqual({ go: true });
  expect(breakers.admit(account, 0, 1, 60 * minute)).toEqual({ go: false, hold: true });
  breakers.noteAnswer(account, 61 * minute);
  expect(breakers.admit(account, 0, 1, 61 * minute)).toEqual({ go: true });
});

test('an answer from before the trouble says nothing about it', () => {
  const breakers = after(ended({ class: 'quota', at: 5000 }));
  breakers.noteAnswer(account, 4000);
  breakers.noteEnd(ended({ at: 4500 }));
  expect(breakers.admit(account, 0, 0, 9000).go).toBe(false);
});

test('a provider that fails holds back after three in a row only, and longer each time', () => {
  const two = [1, 2].map((at) => ended({ class: 'overloaded', at }));
  expect(after(...two).admit(account, 0, 3, 10)).toEqual({ go: true });
  const three = after(...two, ended({ class: 'overloaded', at: 3 }));
  expect(three.admit(account, 0, 0, 10)).toMatchObject({ go: false, until: 3 + minute });
  three.noteEnd(ended({ class: 'overloaded', at: 4 }));
  expect(three.admit(account, 0, 0, 10)).toMatchObject({ go: false, until: 4 + 2 * minute });
  for (let at = 5; at < 30; at += 1) three.noteEnd(ended({ class: 'overloaded', at }));
  expect(three.admit(account, 0, 0, 40)).toMatchObject({ until: 29 + 15 * minute });
});

test('a success, or a failure that the model had answered to, ends the count', () => {
  for (const good of [ended({ at: 9 }), ended({ class: 'check_failed', at: 9 })]) {
    const breakers = after(ended({ class: 'auth', at: 1 }), good);
    expect(breakers.admit(account, 0, 5, 10)).toEqual({ go: true });
  }
  const killed = after(ended({ class: 'auth', at: 1 }), ended({ class: 'killed', at: 9 }));
  expect(killed.admit(account, 0, 0, 10).go).toBe(false);
});

test('the same end told twice counts once', () => {
  const again = [1, 2, 2, 2].map((at) => ended({ class: 'network', at }));
  expect(after(...again).admit(account, 0, 3, 10)).toEqual({ go: true });
});
