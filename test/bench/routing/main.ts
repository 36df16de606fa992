import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadRouting } from '../../../src/config/load-routing.ts';
import { dataArgument, readLabelled } from './labelled.ts';
import { measure, scorersByRepo } from './measure.ts';
import { routingPage } from './page.ts';
import { reportText } from './report.ts';
import { simulate } from './simulate.ts';

// `npm run bench:routing -- DATA.jsonl [--json] [--cross-validate]`: the shipped router on labelled tasks.
// `--write` measures both ways, simulates, and writes docs/routing.md.
const has = (flag: string) => process.argv.includes(flag);
const { routing, scorer } = loadRouting({ env: {} });
const tasks = readLabelled(dataArgument('bench:routing'));
const scorers = has('--cross-validate') || has('--write') ? scorersByRepo(tasks, routing) : undefined;
const report = measure(tasks, routing, scorer, scorers);
process.stdout.write(`${has('--json') ? JSON.stringify(report) : reportText(report)}\n`);
if (has('--write') && scorers !== undefined) {
  const shipped = measure(tasks, routing, scorer);
  const outcomes = simulate(tasks, routing, ({ repo }) => scorers.get(repo));
  const page = routingPage({ routing, scorer, unseen: report, shipped, outcomes });
  writeFileSync(join(import.meta.dirname, '../../../docs/routing.md'), page);
}
