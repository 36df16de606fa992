import { appendLedgerLine } from '../../src/store/ledger.ts';
import { ledgerLine } from './synthetic.ts';

// append-lines.ts LEDGER FIRST COUNT: one of several writers of the same ledger.
const [ledger = '', first, count] = process.argv.slice(2);
for (let line = 1; line <= Number(count); line += 1)
  appendLedgerLine(ledger, ledgerLine(Number(first) + line));
