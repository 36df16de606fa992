import { describe, expect, test } from 'vitest';
import { formats } from '../../src/model/words.ts';
import { recordedRuns, reportOf } from './fixtures.ts';

const json = formats.filter((format) => /json/.test(format));
const runs = recordedRuns();
const done = { code: 0, signal: null };
const read = (format: (typeof json)[number], text: string, exit = done) =>
  reportOf(format, [Buffer.from(text)], exit);

describe.each(json)('an output that is not in the format %s', (format) => {
  const warnings = [`its output was not in the format ${format}; read as plain text`];

  test('is read as plain text, and the report says so', () => {
    expect(read(format, 'I looked around.\nAll is well.\n')).toMatchObject({
      outcome: 'completed',
      error: null,
      answer: 'I looked around.\nAll is well.',
      usage: null,
      usd: null,
      warnings,
    });
  });

  test('may be JSON whose events are all unknown', () => {
    const text = '{"kind":"v9","text":"hi"}\n{"type":"v9.done"}\n';
    expect(read(format, text)).toMatchObject({ outcome: 'completed', answer: text.trim(), warnings });
  });

  test('fails as before where the exit status does', () => {
    const failed = read(format, 'Something odd.\n', { code: 3, signal: null });
    expect(failed).toMatchObject({ outcome: 'failed', answer: 'Something odd.', warnings });
  });

  test('is not completed by words of trouble, nor by a text that is cut', () => {
    const text = 'Please run /login\n';
    expect(read(format, text)).toMatchObject({ outcome: 'failed', error: { class: 'bad_output' }, warnings });
    expect(read(format, 'I looked aro').outcome).toBe('failed');
    expect(read(format, '{"type":"v9').outcome).toBe('failed');
    expect(read(format, '').warnings).toEqual([]);
  });
});

test.each(runs.filter(({ name }) => name.endsWith('/success')))(
  '$name among lines of text is still read as events',
  ({ format, output, exit, stderr, expected }) => {
    const around = Buffer.concat([Buffer.from('A new version is out.\n'), output, Buffer.from('Bye.\n')]);
    expect(reportOf(format, [around], exit, stderr)).toEqual(expected);
  },
);

test('one event of the format without its end is a failure, whatever text stands beside it', () => {
  const text = '{"type":"system","subtype":"init"}\nI looked around.\n';
  expect(read('claude-stream-json', text)).toMatchObject({
    outcome: 'failed',
    error: { class: 'bad_output' },
    warnings: [],
  });
});
