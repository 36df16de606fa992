import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { formats } from '../../src/model/words.ts';
import { feed, MOST_MB } from '../parse/feed.ts';
import { recordedRuns } from '../parse/fixtures.ts';

// A minute on a quiet machine; the bound is the memory.
vi.setConfig({ testTimeout: 600_000 });

test.each(formats)('%s takes a gigabyte of what tools print, and of what none should', (format) => {
  const folder = mkdtempSync(join(tmpdir(), 'gigabyte-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const recorded = join(folder, 'recorded');
  const runs = recordedRuns().filter((run) => run.format === format || format === 'plain');
  writeFileSync(recorded, Buffer.concat(runs.map((run) => run.output)));
  const { peak, bytes, widest } = feed(
    format,
    `
    const recorded = fs.readFileSync(${JSON.stringify(recorded)});
    const bad = Buffer.concat([Buffer.from('{"type":"\\u001b]52;c;aGk=\\u0007'), Buffer.alloc(4096, 0xff), Buffer.from('\\ud800\\n')]);
    const long = Buffer.alloc(MB, 'x');
    const until = (end, block) => { while (bytes < end) push(block); };
    until(500 * MB, recorded);
    until(900 * MB, long);
    push(Buffer.from('\\n'));
    until(950 * MB, bad);
    until(1000 * MB, Buffer.from('\\n'.repeat(16384)));
    until(1010 * MB, Buffer.from('{}\\n'.repeat(16384)));
    for (const end = 1024 * MB; bytes < end; push(Buffer.from('\\n'))) for (let of50 = 0; of50 < 50; of50 += 1) push(long);`,
  );
  expect(bytes).toBeGreaterThan(2 ** 30);
  expect(widest).toBeLessThanOrEqual(65_536);
  expect(peak).toBeLessThan(MOST_MB);
});
