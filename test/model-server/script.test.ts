import { expect, test } from 'vitest';
import { type Conversation, type Given, nextMove, type Script, usageOf } from './script.ts';

const conversation = (prompts: string[] | null, results: number): Conversation => ({
  model: 'scripted-model',
  stream: true,
  prompts,
  results,
  cwd: '/',
  tools: [],
});

function play(scripts: Script[], prompts: string[] | null, results: number, given: Given = new Map()) {
  const move = nextMove(scripts, conversation(prompts, results), given);
  if (move.kind === 'status') return move.failure.status;
  return move.kind === 'cut' ? 'cut' : 'text' in move.answer ? move.answer.text : move.answer.tool;
}

const scripts: Script[] = [
  {
    match: /^Build/,
    turns: [{ tool: 'shell', command: 'make' }, { text: 'built' }],
    later: [[{ text: 'again' }]],
  },
  { turns: [{ text: 'anything' }] },
];

test('the number of tool results chooses the turn, so that asking twice changes nothing', () => {
  expect([0, 0, 1, 1].map((results) => play(scripts, ['Build it'], results))).toEqual([
    'shell',
    'shell',
    'built',
    'built',
  ]);
});

test('more tool results than turns get the last text', () => {
  expect(play(scripts, ['Build it'], 9)).toBe('built');
});

test('a later prompt of the session is answered by its own turns', () => {
  expect(play(scripts, ['Build it', 'Once more'], 0)).toBe('again');
  expect(play(scripts, ['Build it', 'Once more', 'And more'], 0)).toBe('again');
});

test('the first prompt chooses the script', () => {
  expect(play(scripts, ['Paint it', 'Build it'], 0)).toBe('anything');
});

test('a call on the agent’s own behalf gets a harmless answer and uses up nothing', () => {
  expect(play([{ turns: [{ status: 500 }] }], null, 0)).toBe('ok');
});

test('a failure is given as often as it says, then the turn after it', () => {
  const given: Given = new Map();
  const failing: Script[] = [{ turns: [{ status: 529, for: 2 }, { cut: true, for: 1 }, { text: 'done' }] }];
  const seen = [1, 2, 3, 4].map(() => play(failing, ['x'], 0, given));
  expect(seen).toEqual([529, 529, 'cut', 'done']);
  expect(play(failing, ['another conversation'], 0, given)).toBe(529);
});

test('a failure without a count is given for ever, and only at its place', () => {
  const failing: Script[] = [
    { turns: [{ tool: 'shell', command: 'ls' }, { status: 500 }, { text: 'done' }] },
  ];
  expect([0, 1, 1].map((results) => play(failing, ['x'], results))).toEqual(['shell', 500, 500]);
});

test('a slow turn delays the answer behind it', () => {
  const slow = [{ turns: [{ slow: 40 }, { text: 'late' }] }];
  expect(nextMove(slow, conversation(['x'], 0), new Map())).toMatchObject({
    slow: 40,
    answer: { text: 'late' },
  });
});

test('usage that a turn does not name has a default that is not zero', () => {
  expect(usageOf({ text: 'x', usage: { output: 7 } })).toMatchObject({
    input: 1200,
    output: 7,
    cacheRead: 0,
  });
});
