import type { TestCounts } from '../model/verdict.ts';

/** Reads the counts that a test runner prints at its end; each format is known by a line of its own. */
type Reader = (text: string) => TestCounts | undefined;

/**
 * What a test run has counted, from its output without escape sequences; undefined where no known runner has printed
 * it. Of several runs in one output the last counts, where the runner prints one summary; cargo's and go's are summed.
 */
export function countTests(output: string): TestCounts | undefined {
  for (const reader of readers) {
    const counts = reader(output);
    if (counts !== undefined) return counts;
  }
  return undefined;
}

const readers: Reader[] = [vitest, jest, tap, spec, pytest, cargo, go, phpunit, mocha];

function counts(passed: number | null, failed: number | null, skipped: number | null): TestCounts {
  return { passed, failed, skipped };
}

function last(text: string, pattern: RegExp): RegExpMatchArray | undefined {
  return [...text.matchAll(pattern)].at(-1);
}

/** The number before a word, 0 when the line does not have it: `3 failed | 12 passed`. */
function before(line: string, ...words: string[]): number {
  return words.reduce((sum, word) => sum + Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0), 0);
}

// `      Tests  1 failed | 12 passed | 2 skipped (15)`
function vitest(text: string): TestCounts | undefined {
  const line = last(text, /^ *Tests {2}(.*) \(\d+\)\s*$/gm)?.[1];
  if (line === undefined) return undefined;
  return counts(before(line, 'passed'), before(line, 'failed'), before(line, 'skipped', 'todo'));
}

// `Tests:       1 failed, 2 skipped, 12 passed, 15 total`
function jest(text: string): TestCounts | undefined {
  const line = last(text, /^Tests: +(.*) total\s*$/gm)?.[1];
  if (line === undefined) return undefined;
  return counts(before(line, 'passed'), before(line, 'failed'), before(line, 'skipped', 'todo'));
}

// `# pass 12`, the end of TAP as Node prints it.
function tap(text: string): TestCounts | undefined {
  return nodeCounts(text, '#');
}

// `ℹ pass 12`, the same from the spec reporter.
function spec(text: string): TestCounts | undefined {
  return nodeCounts(text, 'ℹ');
}

function nodeCounts(text: string, mark: string): TestCounts | undefined {
  const number = (word: string) => {
    const found = last(text, new RegExp(`^${mark} ${word} (\\d+)\\s*$`, 'gm'))?.[1];
    return found === undefined ? null : Number(found);
  };
  const [passed, failed] = [number('pass'), number('fail')];
  if (passed === null || failed === null) return undefined;
  return counts(
    passed,
    failed + (number('cancelled') ?? 0),
    (number('skipped') ?? 0) + (number('todo') ?? 0),
  );
}

// `=== 1 failed, 12 passed, 2 skipped in 0.12s ===`; without the frame under -q.
function pytest(text: string): TestCounts | undefined {
  const words = 'failed|passed|skipped|errors?|xfailed|xpassed|deselected|warnings?|rerun';
  const line = last(text, new RegExp(`^(?:=+ )?((?:\\d+ (?:${words}),? ?)+) in [\\d.]+s.*$`, 'gm'))?.[1];
  if (line === undefined) return undefined;
  return counts(
    before(line, '(?:x?passed)'),
    before(line, '(?:failed)', '(?:errors?)'),
    before(line, '(?:skipped)', '(?:xfailed)'),
  );
}

// `test result: ok. 12 passed; 0 failed; 2 ignored; 0 measured; 0 filtered out`, once a binary.
function cargo(text: string): TestCounts | undefined {
  const lines = [...text.matchAll(/^test result: .*?(\d+) passed; (\d+) failed; (\d+) ignored/gm)];
  if (lines.length === 0) return undefined;
  return lines.reduce(
    (sum, [, passed, failed, ignored]) =>
      counts(
        (sum.passed ?? 0) + Number(passed),
        (sum.failed ?? 0) + Number(failed),
        (sum.skipped ?? 0) + Number(ignored),
      ),
    counts(0, 0, 0),
  );
}

// `--- FAIL: TestX (0.00s)` a test; those that pass are only told under -v.
function go(text: string): TestCounts | undefined {
  const packages = /^(ok|FAIL|\?) {0,3}\t\S+/m.test(text);
  if (!packages) return undefined;
  const number = (word: string) => [...text.matchAll(new RegExp(`^ *--- ${word}: `, 'gm'))].length;
  const [passed, failed, skipped] = [number('PASS'), number('FAIL'), number('SKIP')];
  const verbose = /^=== RUN /m.test(text);
  return verbose ? counts(passed, failed, skipped) : counts(null, failed, null);
}

// `OK (12 tests, 20 assertions)`, or `Tests: 15, Assertions: 20, Failures: 1, Errors: 1, Skipped: 2.`
function phpunit(text: string): TestCounts | undefined {
  const good = last(text, /^OK \((\d+) tests?, \d+ assertions?\)/gm)?.[1];
  if (good !== undefined) return counts(Number(good), 0, 0);
  const line = last(text, /^Tests: \d+, Assertions: \d+.*$/gm)?.[0];
  if (line === undefined) return undefined;
  const number = (word: string) => Number(new RegExp(`\\b${word}: (\\d+)`).exec(line)?.[1] ?? 0);
  const failed = number('Failures') + number('Errors');
  const skipped = number('Skipped') + number('Incomplete');
  return counts(number('Tests') - failed - skipped, failed, skipped);
}

// `  12 passing (30ms)`, then `  2 pending` and `  1 failing` where there are any.
function mocha(text: string): TestCounts | undefined {
  const passing = last(text, /^ {2}(\d+) passing \(/gm);
  if (passing === undefined) return undefined;
  const rest = text.slice(passing.index);
  const number = (word: string) => Number(new RegExp(`^ {2}(\\d+) ${word}$`, 'm').exec(rest)?.[1] ?? 0);
  return counts(Number(passing[1]), number('failing'), number('pending'));
}
