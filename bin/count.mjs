// Prints "N passed, N failed" for a folder of reports written by bin/dev. A suite that ended badly without naming a
// failed test (a crash, a time limit, a set-up that did not work) counts as one failure. Exit 1 when anything failed.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2] ?? '.';
let passed = 0;
let failed = 0;

for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
  const report = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  for (const file of broken) console.log(`failed: ${file.name}: ${file.message}`);
  for (const file of report.testResults)
    for (const test of file.assertionResults)
      if (test.status === 'failed') console.log(`failed: ${test.fullName}`);
  passed += report.numPassedTests;
  failed += report.numFailedTests + broken.length;
}
for (const [word, gate] of lines('gates')) {
  if (['tests', 'agents', 'chaos'].includes(gate)) continue;
  if (word === 'passed') passed += 1;
  else failed += 1;
  if (word === 'failed') console.log(`failed: ${gate}`);
}
const red = lines('suites').filter(([code]) => code !== '0');
if (red.length > 0 && failed === 0) failed += red.length;
for (const [code, script] of red) console.log(`npm run ${script} ended with exit code ${code}`);

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

function lines(name) {
  const file = join(folder, name);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
}
