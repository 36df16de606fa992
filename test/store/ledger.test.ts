import * as fs from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LedgerLine } from '../../src/model/ledger.ts';
import { appendLedgerLine, appendLedgerLineSoon, ledgerSize, readLedger } from '../../src/store/ledger.ts';
import { maxPlausibleUsd, parseLedgerLine } from '../../src/store/ledger-line.ts';
import { newHome, onSmallDisk, whileReadOnly } from './homes.ts';
import { ended, startRivals } from './rivals.ts';
import { aCost } from './samples.ts';

test('a ledger that is not there is empty', () => {
  expect(readLedger(newHome().ledger)).toEqual({ lines: [], bad: 0 });
});

test('what is appended is read back, once for each run', () => {
  const count = fc.nat({ max: 1e9 });
  const line = fc.record({
    task: fc.integer({ min: 1, max: 6 }).map((n) => `task-${n}`),
    run: fc.constantFrom(1, 2, 123_456),
    tool: fc.string({ unit: 'grapheme' }),
    model: fc.option(fc.string()),
    usd: fc.option(fc.double({ min: 0, max: 1000, noNaN: true }).map((usd) => usd + 0)),
    tokens: fc.option(fc.record({ input: count, output: count, cacheRead: count, cacheWrite: count })),
    status: fc.constantFrom('done', 'task-1', '"task-2"'),
  });
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (lines) => {
      const path = newLedger();
      const expected = new Map<string, LedgerLine>();
      for (const fields of lines) {
        const cost = aCost(fields);
        appendLedgerLine(path, cost);
        if (!expected.has(`${cost.task} ${cost.run}`)) expected.set(`${cost.task} ${cost.run}`, cost);
      }
      expect(readLedger(path)).toEqual({ lines: [...expected.values()], bad: 0 });
      expect(textOf(path).split('\n').length - 1).toBe(expected.size);
    }),
    { numRuns: 60 },
  );
});

test('a run that has its line gets no second one, however long ago that was', () => {
  const path = newLedger();
  appendLedgerLine(path, aCost({ task: 'task-1', usd: 1 }));
  const filler = Array.from({ length: 9000 }, (_, i) =>
    JSON.stringify(aCost({ task: `task-${i + 2}`, run: 1 })),
  );
  fs.appendFileSync(path, `${filler.join('\n')}\n`);
  expect(fs.statSync(path).size).toBeGreaterThan(1024 * 1024);
  const before = textOf(path);
  for (const task of ['task-1', 'task-2', 'task-4500', 'task-9001'])
    appendLedgerLine(path, aCost({ task, usd: 9 }));
  expect(textOf(path)).toBe(before);
  appendLedgerLine(path, aCost({ task: 'task-1', run: 2 }));
  expect(readLedger(path).lines.at(-1)).toEqual(aCost({ run: 2 }));
});

test('a line that is on its way to the disk can be read at once, and is not written again', async () => {
  const path = newLedger();
  const first = appendLedgerLineSoon(path, aCost({ usd: 1 }));
  expect(readLedger(path).lines).toMatchObject([{ usd: 1 }]);
  const again = appendLedgerLineSoon(path, aCost({ usd: 2 }));
  await Promise.all([first, again]);
  expect(readLedger(path)).toMatchObject({ lines: [{ usd: 1 }], bad: 0 });
  await expect(appendLedgerLineSoon(`${path}/below`, aCost())).rejects.toThrow('ledger.jsonl/below');
});

test('with the size at its launch, a run gets exactly one line whatever was written since, before or again', () => {
  const act = fc.oneof(
    fc.record({ launch: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ settle: fc.integer({ min: 1, max: 5 }) }),
    fc.constantFrom({ torn: '{"schema":"orchestra.le' }, { torn: 'garbage\r\n' }, { torn: '"task-2"' }),
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
      const path = newLedger();
      const launched = new Map<number, number>();
      const settled = new Set<number>();
      for (const step of acts) {
        if ('torn' in step) fs.appendFileSync(path, step.torn);
        else if ('launch' in step) launched.set(step.launch, launched.get(step.launch) ?? ledgerSize(path));
        else if (launched.has(step.settle)) {
          appendLedgerLine(path, aCost({ task: `task-${step.settle}` }), launched.get(step.settle));
          settled.add(step.settle);
        }
      }
      const text = settled.size === 0 ? '' : textOf(path);
      for (const number of settled)
        expect(text.split('\n').filter((line) => line.includes(`"task":"task-${number}"`))).toHaveLength(1);
      expect(readLedger(path).lines).toHaveLength(settled.size);
    }),
    { numRuns: 200 },
  );
});

test('only what was written since the launch is read; a ledger that was made shorter is read whole', () => {
  const path = newLedger();
  appendLedgerLine(path, aCost({ usd: 1 }));
  const size = ledgerSize(path);
  appendLedgerLine(path, aCost({ usd: 2 }), size);
  expect(textOf(path).split('\n')).toHaveLength(3);
  appendLedgerLine(path, aCost({ usd: 3 }), size * 9);
  expect(textOf(path).split('\n')).toHaveLength(3);
});

test.each([
  ['half a line', '{"schema":"orchestra.ledger/1","at":"2026-01-02T03:04:05.678Z","task":"task-7","ru'],
  ['garbage bytes', '\u0000\ufffd\u0000 "task-1"'],
  ['a line over the size of a portion', `{"x":"${'y'.repeat(3 * 1024 * 1024)}`],
])('after a torn end, %s, a new line begins and no byte is lost', (_case, torn) => {
  const path = newLedger();
  appendLedgerLine(path, aCost({ task: 'task-5' }));
  fs.appendFileSync(path, torn);
  const before = textOf(path);
  appendLedgerLine(path, aCost());
  expect(textOf(path)).toBe(`${before}\n${JSON.stringify(aCost())}\n`);
  expect(readLedger(path)).toEqual({ lines: [aCost({ task: 'task-5' }), aCost()], bad: 1 });
});

test('a whole last line without its newline counts, and is not written again', () => {
  const path = newLedger();
  fs.writeFileSync(path, JSON.stringify(aCost()));
  appendLedgerLine(path, aCost());
  appendLedgerLine(path, aCost({ run: 2 }));
  expect(readLedger(path)).toEqual({ lines: [aCost(), aCost({ run: 2 })], bad: 0 });
});

const unreadable: [what: string, line: string][] = [
  ['a torn line', JSON.stringify(aCost()).slice(0, -5)],
  ['garbage', '\u0007 what?'],
  ['another JSON value', '[1, 2]'],
  ['a newer version', JSON.stringify({ ...aCost(), schema: 'orchestra.ledger/2' })],
  ['a negative price', JSON.stringify(aCost({ usd: -1 }))],
  ['NaN', JSON.stringify(aCost()).replace('0.25', 'NaN')],
  ['an endless price', JSON.stringify(aCost()).replace('0.25', '1e999')],
  ['an absurd price', JSON.stringify(aCost({ usd: 1e308 }))],
  ['half a token', JSON.stringify(aCost()).replace('"input":10', '"input":0.5')],
];

test.each(unreadable)('reading goes on after %s and counts it as bad', (_what, line) => {
  const path = newLedger();
  const good = (run: number) => JSON.stringify(aCost({ run }));
  fs.writeFileSync(path, `${good(1)}\r\n\n${line}\n \r\n${good(2)}\n${good(1)}\n`);
  expect(readLedger(path)).toEqual({ lines: [aCost({ run: 1 }), aCost({ run: 2 })], bad: 1 });
});

test('fields of later times are let through', () => {
  const path = newLedger();
  const line = aCost({ more: { later: true } });
  appendLedgerLine(path, line);
  expect(readLedger(path).lines).toEqual([line]);
});

test('a price or count that cannot be true is written as unknown, never as 0', () => {
  for (const usd of [Number.NaN, -0.5, 1e308, Number.POSITIVE_INFINITY]) {
    const path = newLedger();
    appendLedgerLine(path, aCost({ usd, tokens: { input: -1, output: 0, cacheRead: 0, cacheWrite: 0 } }));
    expect(readLedger(path).lines).toEqual([aCost({ usd: null, source: 'unknown', tokens: null })]);
  }
  expect(() => appendLedgerLine(newLedger(), aCost({ run: 0 }))).toThrow(
    'The cost line of task-1 run 0 is malformed.',
  );
});

test('only the lines since a moment are given', () => {
  const path = newLedger();
  const at = [
    '2026-01-01T23:59:59.999Z',
    '2026-01-02T00:00:00.000Z',
    '2026-01-02T01:30:00+01:00',
    '2026-01-02T00:30:00+01:00',
  ];
  at.forEach((moment, index) => {
    appendLedgerLine(path, aCost({ run: index + 1, at: moment }));
  });
  const { lines } = readLedger(path, { since: new Date('2026-01-02T00:00:00Z') });
  expect(lines.map((line) => line.run)).toEqual([2, 3]);
});

test('the quick check lets through what the schema lets through', () => {
  const odd = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(null, -1, 0.5, 0, 1, 2 ** 53, 'task-0', 'task-12', 'computed', {}),
  );
  const keys = [...Object.keys(aCost()), 'category', 'tier', 'repo', 'seconds', 'status', 'other'];
  const line = fc.tuple(fc.constantFrom(...keys), odd, fc.boolean()).map(([key, value, remove]) => {
    const fields: Record<string, unknown> = { ...aCost(), [key]: value };
    if (remove) delete fields[key];
    return JSON.stringify(fields);
  });
  fc.assert(
    fc.property(line, (text) => {
      const checked = LedgerLine.safeParse(JSON.parse(text));
      const expected =
        checked.success && (checked.data.usd ?? 0) <= maxPlausibleUsd ? JSON.parse(text) : undefined;
      expect(parseLedgerLine(text)).toEqual(expected);
    }),
    { numRuns: 3000 },
  );
});

test('eight processes that write at once tear and lose nothing', async () => {
  const home = newHome();
  fs.mkdirSync(home.root);
  await ended(await startRivals('ledger', home.root, 8));
  const { lines, bad } = readLedger(home.ledger);
  expect(bad).toBe(0);
  const runs = new Set(lines.map((line) => `${line.task} ${line.run}`));
  expect([lines.length, runs.size]).toEqual([800, 800]);
  expect(fs.statSync(home.ledger).mode & 0o777).toBe(0o600);
});

test('a full disk is named, nothing counts twice, and the next append goes on a line of its own', (context) => {
  onSmallDisk(context, (home) => {
    fs.mkdirSync(home.root);
    const ballast = `${home.root}/ballast`;
    fs.writeFileSync(ballast, Buffer.alloc(500_000));
    const padding = 'z'.repeat(3001);
    let run = 0;
    const fill = () => {
      for (;;) appendLedgerLine(home.ledger, aCost({ run: ++run, padding }));
    };
    expect(fill).toThrow(`The disk is full; ${home.ledger} could not be written.`);
    const before = readLedger(home.ledger);
    expect([before.lines.length, before.bad <= 1]).toEqual([run - 1, true]);
    fs.rmSync(ballast);
    appendLedgerLine(home.ledger, aCost({ run, padding }));
    expect(readLedger(home.ledger)).toEqual({
      lines: [...before.lines, aCost({ run, padding })],
      bad: before.bad,
    });
  });
});

test('a ledger that cannot be written or read is named', (context) => {
  const home = newHome();
  fs.mkdirSync(home.root);
  whileReadOnly(context, home.root, () => {
    expect(() => appendLedgerLine(home.ledger, aCost())).toThrow(`${home.ledger} cannot be written (E`);
  });
  fs.mkdirSync(home.ledger);
  expect(() => readLedger(home.ledger)).toThrow(home.ledger);
});

function newLedger(): string {
  const home = newHome();
  fs.mkdirSync(home.root);
  return home.ledger;
}

function textOf(path: string): string {
  return fs.readFileSync(path, 'utf8');
}
