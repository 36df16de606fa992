import { expect, test } from 'vitest';
import { countTests } from '../../src/verify/test-counts.ts';

const cases: [string, string, [number | null, number | null, number | null] | undefined][] = [
  [
    'vitest',
    ' Test Files  1 failed | 2 passed (3)\n      Tests  1 failed | 12 passed | 2 skipped | 1 todo (16)\n   Start at  10:00:00\n',
    [12, 1, 3],
  ],
  ['vitest, all well', ' Test Files  1 passed (1)\n      Tests  25 passed (25)\n', [25, 0, 0]],
  [
    'jest',
    'Test Suites: 1 failed, 1 passed, 2 total\nTests:       1 failed, 2 skipped, 12 passed, 15 total\nSnapshots:   0 total\n',
    [12, 1, 2],
  ],
  ['mocha', '\n  12 passing (30ms)\n  2 pending\n  1 failing\n\n  1) math\n', [12, 1, 2]],
  ['mocha, all well', '\n  1 passing (3s)\n\n', [1, 0, 0]],
  [
    'node --test as TAP',
    '1..4\n# tests 4\n# suites 0\n# pass 1\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 0\n# duration_ms 5\n',
    [1, 2, 1],
  ],
  [
    'node --test as spec',
    'ℹ tests 3\nℹ suites 0\nℹ pass 3\nℹ fail 0\nℹ cancelled 0\nℹ skipped 0\nℹ todo 0\n',
    [3, 0, 0],
  ],
  ['pytest', '==== 1 failed, 12 passed, 2 skipped, 1 warning in 0.12s ====\n', [12, 1, 2]],
  ['pytest with errors', '=== 3 passed, 1 xfailed, 2 errors in 65.03s (0:01:05) ===\n', [3, 2, 1]],
  ['pytest -q', '....\n4 passed in 0.01s\n', [4, 0, 0]],
  [
    'cargo test',
    'test result: ok. 12 passed; 0 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\ntest result: FAILED. 1 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out\n',
    [13, 3, 2],
  ],
  [
    'go test',
    '--- FAIL: TestAdd (0.00s)\n    a_test.go:5: no\nFAIL\nFAIL\texample.com/a\t0.002s\nFAIL\n',
    [null, 1, null],
  ],
  [
    'go test, all well',
    'ok  \texample.com/a\t0.002s\n?   \texample.com/b\t[no test files]\n',
    [null, 0, null],
  ],
  [
    'go test -v',
    '=== RUN   TestA\n--- PASS: TestA (0.00s)\n=== RUN   TestB\n    --- SKIP: TestB/x (0.00s)\n--- PASS: TestB (0.00s)\nPASS\nok  \texample.com/a\t0.002s\n',
    [2, 0, 1],
  ],
  ['phpunit', 'FAILURES!\nTests: 15, Assertions: 20, Failures: 1, Errors: 1, Skipped: 2.\n', [11, 2, 2]],
  ['phpunit, all well', 'OK (12 tests, 20 assertions)\n', [12, 0, 0]],
  ['nothing known', 'all 12 tests passed, honestly\n', undefined],
  ['nothing', '', undefined],
];

test.each(cases)('%s', (_, output, expected) => {
  const [passed, failed, skipped] = expected ?? [];
  expect(countTests(output)).toEqual(expected === undefined ? undefined : { passed, failed, skipped });
});

test('words of a program that only look like counts do not slow it down', () => {
  expect(countTests(`${'1 passed, '.repeat(5000)}\n`.repeat(20))).toBeUndefined();
});
