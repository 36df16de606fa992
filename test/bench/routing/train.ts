import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadRouting } from '../../../src/config/load-routing.ts';
import type { LinearModel } from '../../../src/model/routing.ts';
import { dataArgument, readLabelled } from './labelled.ts';
import { trainScorer } from './train-scorer.ts';

// `npm run train:routing -- DATA.jsonl` writes config/scorer.json. The same data and rules give the same file.
const tasks = readLabelled(dataArgument('train:routing'));
const scorer = trainScorer(tasks, loadRouting({ env: {} }).routing);
const text = `{
"schema": ${JSON.stringify(scorer.schema)},
"confident": ${scorer.confident},
"category": ${modelText(scorer.category)},
"tier": ${modelText(scorer.tier)}
}
`;
writeFileSync(join(import.meta.dirname, '../../../config/scorer.json'), text);
process.stdout.write(
  `config/scorer.json: ${Object.keys(scorer.category.weights).length} findings for the category, ` +
    `${Object.keys(scorer.tier.weights).length} for the tier, ${Math.round(text.length / 1024)} KB; ` +
    `confident from ${scorer.confident} on, scales ${scorer.category.scale} and ${scorer.tier.scale}\n`,
);

/** A finding a line, so that a person can read and compare it. */
function modelText({ classes, bias, weights, scale }: LinearModel): string {
  const rows = Object.entries(weights).map(
    ([name, row]) => `${JSON.stringify(name)}: ${JSON.stringify(row)}`,
  );
  return `{
"classes": ${JSON.stringify(classes)},
"scale": ${scale},
"bias": ${JSON.stringify(bias)},
"weights": {
${rows.join(',\n')}
}}`;
}
