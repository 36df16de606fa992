import { appendFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ledgerLinesSince } from '../../src/store/ledger-tail.ts';

const noon = Date.parse('2026-01-02T12:00:00.000Z');
const at = (minutes: number) => new Date(noon + minutes * 60_000).toISOString();

function line(task: number, minutes: number, tool = 'my-agent'): string {
  const fields = { schema: 'orchestra.ledger/1', at: at(minutes), task: `task-${task}`, run: 1, tool };
  return `${JSON.stringify({ ...fields, model: null, tokens: null, usd: 0.5, source: 'reported', prices: null })}\n`;
}

function ledger(): string {
  return join(mkdtempSync(join(process.env.HOME ?? tmpdir(), 'l')), 'ledger.jsonl');
}

test('the lines from a moment on come in their order, whatever stands before them', () => {
  const path = ledger();
  const many = Array.from({ length: 3000 }, (_, index) => line(index + 1, index));
  writeFileSync(path, many.join(''));
  for (const from of [0, 1, 1500, 2999]) {
    const found = ledgerLinesSince(path, at(from));
    expect(found).toHaveLength(3000 - from);
    expect(found[0]?.task).toBe(`task-${from + 1}`);
    expect(found.at(-1)?.task).toBe('task-3000');
  }
  expect(ledgerLinesSince(path, at(3000))).toEqual([]);
});

test('a torn line, garbage and lines longer than a portion are passed over or read', () => {
  const path = ledger();
  writeFileSync(path, `${line(1, 0)}garbage\n${line(2, 1, 'x'.repeat(200_000))}`);
  appendFileSync(path, line(3, 2).slice(0, 40));
  expect(ledgerLinesSince(path, at(0)).map(({ task }) => task)).toEqual(['task-1', 'task-2']);
});

test('no ledger is an empty one', () => {
  expect(ledgerLinesSince(ledger(), at(0))).toEqual([]);
});
