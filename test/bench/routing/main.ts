import { loadRouting } from '../../../src/config/load-routing.ts';
import { dataArgument, readLabelled } from './labelled.ts';
import { measure } from './measure.ts';
import { reportText } from './report.ts';

// `npm run bench:routing -- DATA.jsonl [--json] [--cross-validate]`: the shipped router on labelled tasks.
const { routing, scorer } = loadRouting({ env: {} });
const tasks = readLabelled(dataArgument('bench:routing'));
const report = measure(tasks, routing, scorer, process.argv.includes('--cross-validate'));
process.stdout.write(`${process.argv.includes('--json') ? JSON.stringify(report) : reportText(report)}\n`);
