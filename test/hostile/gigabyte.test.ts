import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { formats } from '../../src/model/words.ts';
import { feed, MOST_MB } from '../parse/feed.ts';
import { recordedRuns } from '../parse/fixtures.ts';

vi.setConfig({ testTimeout: 600_000 });

/** What is fed in MB. What grows with the bytes shows at a quarter too: one of JSON lines and one of text get all. */
const sizes = formats.map((format) => ({
  format,
  size: format === 'plain' || format === 'claude-stream-json' ? 1024 : 256,
}));

test.each(sizes)(
  '$format takes $size MB of what tools print, and of what none should',
  ({ format, size }) => {
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
    const PART = ${size / 1024} * MB;
    until(500 * PART, recorded);
    until(900 * PART, long);
    push(Buffer.from('\\n'));
    until(950 * PART, bad);
    until(1000 * PART, Buffer.from('\\n'.repeat(16384)));
    until(1010 * PART, Buffer.from('{}\\n'.repeat(16384)));
    for (const end = bytes + 50 * MB; bytes < end; push(Buffer.from('\\n'))) for (let of50 = 0; of50 < 50; of50 += 1) push(long);`,
    );
    expect(bytes).toBeGreaterThan(size * 2 ** 20);
    expect(widest).toBeLessThanOrEqual(65_536);
    expect(peak).toBeLessThan(MOST_MB);
  },
);
