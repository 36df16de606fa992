import { expect, test } from 'vitest';
import type { Finding } from '../../src/model/verdict.ts';
import { passPolicy } from '../../src/pipeline/policy-gate.ts';

const finding = (rule: string, more: Partial<Finding> = {}): Finding => ({
  rule,
  file: 'src/a.ts',
  line: 3,
  message: 'It holds a key.',
  severity: 'block',
  overridable: true,
  ...more,
});

test('a finding that blocks keeps the work from landing and is named with file, line and the way past it', () => {
  expect(() => passPolicy('task-5', [finding('secrets'), finding('size')], [])).toThrow(
    expect.objectContaining({
      code: 'refused',
      message: 'task-5 breaks a rule: secrets: src/a.ts:3: It holds a key (and 1 more).',
      hint: 'When that is as it should be: orchestra approve task-5 --override secrets --reason TEXT',
    }),
  );
});

test('each rule needs its own override, and only what was needed is kept', () => {
  const findings = [finding('secrets'), finding('size', { file: null, line: null })];
  const why = (rule: string) => ({ rule, reason: 'a fixture' });
  expect(() => passPolicy('task-5', findings, [why('secrets')])).toThrow('breaks a rule: size: It holds');
  expect(passPolicy('task-5', findings, [why('secrets'), why('size'), why('other')])).toEqual([
    why('secrets'),
    why('size'),
  ]);
});

test('what the rule lets nobody pass stays, and what only warns is in nobody’s way', () => {
  const fixed = finding('paths', { overridable: false });
  expect(() => passPolicy('task-5', [fixed], [{ rule: 'paths', reason: 'please' }])).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('lets nothing pass') }),
  );
  expect(passPolicy('task-5', [finding('size', { severity: 'warn' })], [])).toEqual([]);
});
