import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BareTmux } from './bare-tmux.ts';
import { idleRows } from './idle.ts';
import type { Row } from './measure.ts';
import { ledgerRows, statusRows } from './reading.ts';
import { asPage, asTable, machine, tally } from './report.ts';
import { settleRows, startRows, throughputRows } from './running.ts';
import { crowdRows, floodRows, scanRows } from './scale.ts';
import { Stage } from './stage.ts';

// `npm run bench [-- --write] [part ...]`: ratios against what the same machine does at best in the same run.
const parts: Record<string, (stage: Stage, tmux: BareTmux) => Promise<Row[]>> = {
  status: statusRows,
  start: startRows,
  settle: settleRows,
  many: throughputRows,
  ledger: ledgerRows,
  idle: idleRows,
  scan: scanRows,
  flood: floodRows,
  crowd: crowdRows,
};

const named = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const unknown = named.filter((word) => !(word in parts));
if (unknown.length > 0) {
  process.stderr.write(`no such part: ${unknown.join(' ')} (${Object.keys(parts).join(', ')})\n`);
  process.exit(2);
}

const stage = new Stage();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => void stage.close().finally(() => process.exit(130)));
const tmux = new BareTmux(stage);
try {
  const rows: Row[] = [];
  for (const [name, measure] of Object.entries(parts)) {
    if (named.length > 0 && !named.includes(name)) continue;
    process.stderr.write(`measuring ${name} ...\n`);
    rows.push(...(await measure(stage, tmux)));
  }
  process.stdout.write(`${machine()}\n${asTable(rows)}\n${tally(rows)}\n`);
  if (process.argv.includes('--write') && named.length === 0)
    writeFileSync(join(import.meta.dirname, '..', '..', 'docs', 'performance.md'), asPage(rows));
} finally {
  tmux.close();
  await stage.close();
}
