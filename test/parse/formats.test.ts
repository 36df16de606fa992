import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Report } from '../../src/model/report.ts';
import { formats } from '../../src/model/words.ts';
import { formatOf } from '../../src/parse/formats.ts';
import { recordedRuns, reportOf } from './fixtures.ts';

const runs = recordedRuns();
const finals = /^\{.*"type":("(result|turn\.completed|completion)"|"step_finish".*"reason":"stop")|^Tokens: /;

test('there are recorded runs to hold the parsers against', () => {
  expect(runs.length).toBeGreaterThan(20);
});

test.each(runs)('$name is read as expected', ({ format, output, exit, stderr, at, expected }) => {
  expect(reportOf(format, [output], exit, stderr, at)).toEqual(expected);
});

test.each(runs)('$name cut anywhere is never taken for completed before its final event', (run) => {
  const end = endOfFinalEvent(run.output);
  for (const cut of cuts(run.output)) {
    const report = reportOf(run.format, [run.output.subarray(0, cut)], { code: 0, signal: null });
    if (cut < end && report.outcome === 'completed')
      expect.fail(`completed when cut at byte ${cut} of ${end}`);
  }
});

test.each(runs)('$name gives the same report in whatever pieces it comes', (run) => {
  const whole = reportOf(run.format, [run.output], run.exit, run.stderr);
  const lines = showOf(run.format, [run.output]);
  const places = fc.array(fc.nat(run.output.length), { maxLength: 30 });
  fc.assert(
    fc.property(places, (at) => {
      const pieces = split(run.output, at);
      expect(reportOf(run.format, pieces, run.exit, run.stderr)).toEqual(whole);
      expect(showOf(run.format, pieces)).toEqual(lines);
    }),
    { numRuns: 8 },
  );
});

test.each(runs)('$name has a valid report at every moment', (run) => {
  const parser = formatOf(run.format).create();
  const lines = run.output.toString().split(/(?<=\n)/);
  for (const line of lines) {
    parser.push(Buffer.from(line));
    Report.parse(parser.report());
  }
});

describe.each(formats)('the format %s', (format) => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 500 }),
    fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
  );
  const exits = fc.option(
    fc.record({
      code: fc.option(fc.integer({ min: 0, max: 255 })),
      signal: fc.option(fc.constant('SIGKILL')),
    }),
  );

  test('takes any bytes, any end and any stderr without throwing, and shows nothing but text', () => {
    fc.assert(
      fc.property(
        fc.array(bytes, { maxLength: 8 }),
        exits,
        fc.string({ unit: 'binary' }),
        (pieces, exit, stderr) => {
          Report.parse(reportOf(format, pieces, exit, stderr));
          for (const line of showOf(format, pieces))
            expect(line).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/);
        },
      ),
    );
  });

  test('is not completed by silence, by a signal, or by an unknown end', () => {
    const silent = formatOf(format).readAs === 'plain' ? 'completed' : 'failed';
    expect(reportOf(format, [], { code: 0, signal: null }).outcome).toBe(silent);
    expect(reportOf(format, [], { code: null, signal: 'SIGTERM' })).toMatchObject({
      outcome: 'failed',
      error: { class: 'killed' },
    });
    expect(reportOf(format, [], null)).toMatchObject({ outcome: 'incomplete', error: { class: 'lost' } });
    expect(reportOf(format, [], { code: null, signal: null }).outcome).toBe('incomplete');
  });
});

describe('events with values of the wrong kind', () => {
  const kinds = runs.filter(({ name }) =>
    /success|subagent|permission-denied|fix-greeting|resumed/.test(name),
  );
  const wrong = fc.oneof(
    fc.constantFrom<unknown>(null, true, -1, 1e308, 0.5, '', '\ud800', '\u001b]52;c;aGk=\u0007', [], {}, [
      [null],
    ]),
    fc.jsonValue({ maxDepth: 3 }),
  );

  test.each(kinds)('$name with any value replaced never throws', ({ format, output, stderr, exit }) => {
    const events = output
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    fc.assert(
      fc.property(fc.nat(), wrong, (place, value) => {
        const changed = structuredClone(events);
        replaceAt(changed, place, value);
        const bytes = Buffer.from(changed.map((event) => JSON.stringify(event)).join('\n'));
        Report.parse(reportOf(format, [bytes], exit, stderr));
        showOf(format, [bytes]);
      }),
      { numRuns: 150 },
    );
  });
});

function showOf(format: (typeof formats)[number], pieces: Iterable<Uint8Array>): string[] {
  const renderer = formatOf(format).render();
  const lines: string[] = [];
  for (const piece of pieces) lines.push(...renderer.push(piece));
  return [...lines, ...renderer.end()];
}

/** Byte after the last final event, without its newline; Infinity where there is none. */
function endOfFinalEvent(output: Buffer): number {
  let at = 0;
  let end = Number.POSITIVE_INFINITY;
  for (const line of output.toString().split('\n')) {
    if (finals.test(line)) end = at + Buffer.byteLength(line);
    at += Buffer.byteLength(line) + 1;
  }
  return end;
}

/** Every seventh byte, and each byte near a newline. */
function* cuts(output: Buffer): Iterable<number> {
  for (let cut = 0; cut <= output.length; cut += 1) {
    const near = output.subarray(Math.max(0, cut - 3), cut + 3).includes(10);
    if (cut % 7 === 0 || near || cut > output.length - 20) yield cut;
  }
}

function split(output: Buffer, at: number[]): Buffer[] {
  const places = [0, ...at.toSorted((a, b) => a - b), output.length];
  return places.slice(1).map((end, index) => output.subarray(places[index], end));
}

/** Replaces one value somewhere inside, the `place`-th counting round. */
function replaceAt(root: unknown, place: number, value: unknown): void {
  const slots: { holder: Record<string, unknown>; key: string }[] = [];
  const collect = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return;
    for (const key of Object.keys(node)) {
      slots.push({ holder: node as Record<string, unknown>, key });
      collect((node as Record<string, unknown>)[key]);
    }
  };
  collect(root);
  const slot = slots[place % slots.length];
  if (slot !== undefined) slot.holder[slot.key] = value;
}
