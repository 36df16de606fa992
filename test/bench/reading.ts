import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { appendLedgerLine, ledgerSize, readLedger } from '../../src/store/ledger.ts';
import { formatLedgerLine } from '../../src/store/ledger-line.ts';
import { measurePair, plainRow, type Row, timed } from './measure.ts';
import type { Stage } from './stage.ts';
import { fillHome, fillLedger, ledgerLine } from './synthetic.ts';

const group = 'Reading';
const WRITERS = 8;
const WRITER_LINES = 200;

/** `status` with many tasks, against a Node that does nothing. */
export async function statusRows(stage: Stage): Promise<Row[]> {
  const rows: Row[] = [];
  const emptyNode = () => timed(() => stage.command(process.execPath, ['-e', '0']));
  const against = async (what: string, home: ReturnType<Stage['home']>, args: string[], aim?: number) =>
    rows.push(
      await measurePair({
        group,
        what,
        floorName: '`node -e 0`',
        repeats: 31,
        warmUp: 3,
        ours: () => timed(() => stage.orchestra(home, args)),
        floor: emptyNode,
        ...(aim === undefined ? {} : { aim }),
      }),
    );
  const many = stage.home('h1');
  fillHome(many, 1000);
  await against('`status`, 1,000 tasks', many, ['status'], 1.8);
  const more = stage.home('h2');
  fillHome(more, 10_000);
  await against('`status`, 10,000 tasks', more, ['status'], 1.5);
  await against('`status TASK`, 1,000 tasks', many, ['status', 'task-500']);
  return rows;
}

/** The ledger: reading it whole, and one more line. */
export async function ledgerRows(stage: Stage): Promise<Row[]> {
  const home = stage.home('h3');
  fillLedger(home.ledger, 100_000);
  const parse =
    "for (const line of require('fs').readFileSync(process.argv[1], 'utf8').split('\\n')) if (line) JSON.parse(line)";
  const cost = await measurePair({
    group,
    what: '`cost --by tool`, 100,000 ledger lines',
    floorName: 'Node reading and parsing them',
    repeats: 11,
    aim: 2,
    ours: () => timed(() => stage.orchestra(home, ['cost', '--by', 'tool'])),
    floor: () => timed(() => stage.command(process.execPath, ['-e', parse, home.ledger])),
  });
  const short = join(stage.base, 'short.jsonl');
  fillLedger(short, 100);
  return [
    cost,
    await appendRow(stage, short, '100'),
    await appendRow(stage, home.ledger, '100,000'),
    await writersRow(stage),
  ];
}

/** Eight processes that append lines to one ledger at once. */
async function writersRow(stage: Stage): Promise<Row> {
  const ledger = join(stage.base, 'shared.jsonl');
  const program = join(import.meta.dirname, 'append-lines.ts');
  const writers = Array.from({ length: WRITERS }, (_, index) => {
    const args = [program, ledger, String(index * WRITER_LINES), String(WRITER_LINES)];
    return once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit');
  });
  for (const [code] of await Promise.all(writers)) if (code !== 0) throw new Error('a writer failed');
  const { lines, bad } = readLedger(ledger);
  const torn = bad + Math.abs(WRITERS * WRITER_LINES - lines.length);
  return plainRow(
    'Writing',
    `${WRITERS} processes, ${WRITER_LINES} lines each: torn or lost`,
    [torn],
    'lines',
    0,
  );
}

function appendRow(stage: Stage, ledger: string, lines: string): Promise<Row> {
  const bare = join(stage.base, 'bare.jsonl');
  let number = 900_000;
  return measurePair({
    group: 'Writing',
    what: `one more ledger line, ${lines} there`,
    floorName: 'append and fdatasync',
    repeats: 101,
    warmUp: 5,
    aim: 2,
    ours: () => {
      number += 1;
      // Eight other runs have ended since this one began.
      const from = Math.max(0, ledgerSize(ledger) - 8 * formatLedgerLine(ledgerLine(number)).length);
      return timed(() => appendLedgerLine(ledger, ledgerLine(number), from));
    },
    floor: () => timed(() => appendBare(bare, formatLedgerLine(ledgerLine(number)))),
  });
}

function appendBare(path: string, text: string): void {
  const fd = fs.openSync(path, 'a');
  fs.writeSync(fd, text);
  fs.fdatasyncSync(fd);
  fs.closeSync(fd);
}
