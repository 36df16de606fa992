import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { conform } from '../../src/operations/conform/conform.ts';
import { toolFolder } from './folders.ts';

const tools = join(import.meta.dirname, '../../tools');
const names = readdirSync(tools).filter((name) => !name.startsWith('_'));
const path = process.env.PATH ?? '';

async function brokenBy(dir: string): Promise<string[]> {
  const checks = await conform(dir, path);
  return checks.filter(({ passed }) => passed === false).map(({ name }) => name);
}

test.each(names)('the folder tools/%s keeps what every tool must keep', async (name) => {
  const checks = await conform(join(tools, name), path);
  expect(checks.filter(({ passed }) => passed === false)).toEqual([]);
  expect(checks.filter((check) => check.name.startsWith('recording ')).length).toBeGreaterThan(1);
  // Where nothing could be looked at, it is for a reason that is meant.
  const unseen = checks.filter(({ passed }) => passed === null).map((check) => check.name);
  expect(unseen.filter((check) => check !== 'version')).toEqual([]);
});

describe('a tool of one script', () => {
  const profile = `name: sound
binary: sound-agent
format: plain
access:
  read-only: { enforced: true, note: 'told by a flag' }
  edit: { enforced: true, note: 'told by a flag' }
models: { standard: some-model }
resume: true
`;
  const flags = '--access "$ORCHESTRA_ACCESS" --model "$ORCHESTRA_MODEL" --session "$ORCHESTRA_SESSION"';
  const sound = { 'profile.yaml': profile, 'run.sh': `exec sound-agent ${flags}\n` };

  test('keeps everything', async () => {
    expect(await brokenBy(toolFolder('sound', sound))).toEqual([]);
  });

  const prompts = ['plain words', 'leading dashes', 'quotes and substitutions', '100 KB'].map(
    (name) => `prompt: ${name}`,
  );
  test.each<[string, string, string[]]>([
    [
      'the prompt as an argument',
      `exec sound-agent ${flags} "$(head -c 90 | tr -d '\\0')"`,
      [...prompts, 'prompt: a leading slash', 'prompt: other scripts, blank ends', 'the prompt is only data'],
    ],
    [
      'the prompt through a variable',
      `exec sound-agent ${flags} <<<"$(cat)"`,
      ['prompt: other scripts, blank ends'],
    ],
    [
      'the prompt run by the shell',
      `bash <(head -n 1 "$ORCHESTRA_PROMPT_FILE"); exec sound-agent ${flags}`,
      ['the prompt is only data'],
    ],
    ['another folder', `cd / && exec sound-agent ${flags}`, ['working folder']],
    ['output that is changed', `set -o pipefail; sound-agent ${flags} | tr -d '\\r'`, ['output untouched']],
    ['output that is added to', `echo starting; exec sound-agent ${flags}`, ['output untouched']],
    [
      'an exit status that is swallowed',
      `sound-agent ${flags} || exit 1`,
      ['exit status 7', 'exit status 130'],
    ],
    ['a signal that is held back', `trap '' TERM; sound-agent ${flags}`, ['TERM is passed on']],
    [
      'a process that is left behind',
      `setsid env -u ORCHESTRA_RUN sleep 300 &>/dev/null </dev/null & exec sound-agent ${flags}`,
      ['nothing is left behind'],
    ],
    [
      'no access',
      'exec sound-agent "$ORCHESTRA_MODEL" "$ORCHESTRA_SESSION"',
      ['access read-only', 'access edit'],
    ],
    ['no model', 'exec sound-agent "$ORCHESTRA_ACCESS" "$ORCHESTRA_SESSION"', ['model']],
    [
      'a model in pieces',
      'exec sound-agent "$ORCHESTRA_ACCESS" $ORCHESTRA_MODEL "$ORCHESTRA_SESSION"',
      ['model'],
    ],
    ['no session', 'exec sound-agent "$ORCHESTRA_ACCESS" "$ORCHESTRA_MODEL"', ['session']],
    ['words that bash cannot read', 'if true; then exec sound-agent', ['run.sh is a bash script']],
  ])('breaks by %s', async (_, script, broken) => {
    const dir = toolFolder('sound', { ...sound, 'run.sh': `${script}\n` });
    expect((await brokenBy(dir)).sort()).toEqual([...broken].sort());
  });

  test.each([
    ['echo no key >&2; exit 3', 'it said: no key'],
    ['exit 3', 'run.sh ended with 3 and said nothing'],
  ])('that is never started has only that said, and why: %s', async (script, why) => {
    const dir = toolFolder('sound', { ...sound, 'run.sh': `${script}\n` });
    const checks = await conform(dir, path);
    expect(checks.filter(({ passed }) => passed === false)).toEqual([
      {
        name: 'run.sh starts the binary',
        passed: false,
        detail: `sound-agent was not started with access edit; ${why}`,
      },
    ]);
  });

  test('with a recording that lacks files is told which', async () => {
    const dir = toolFolder('sound', { ...sound, 'fixtures/case/output': 'done\n' });
    const checks = await conform(dir, path);
    expect(checks.find(({ name }) => name === 'recording case')).toMatchObject({
      passed: false,
      detail: expect.stringMatching(/^lacks recorded\.json, expected\.json; /),
    });
  });

  test('with a wrong profile is told file, line and column', async () => {
    const dir = toolFolder('sound', { ...sound, 'profile.yaml': `${profile}modle: x\n` });
    const [first] = await conform(dir, path);
    expect(first).toMatchObject({ name: 'profile', passed: false });
    expect(first?.detail).toContain(`${dir}/profile.yaml:9:1: unknown key "modle", did you mean "models"?`);
  });

  test('that is itself the program has nothing a stand-in could take the place of', async () => {
    const yaml = 'name: sound\nbinary: ./run.sh\nformat: plain\n';
    const checks = await conform(toolFolder('sound', { 'profile.yaml': yaml, 'run.sh': 'exit 9\n' }), path);
    expect(checks.find(({ name }) => name === 'run.sh under the wrapper')?.passed).toBeNull();
  });

  const event = (fields: object) => `${JSON.stringify(fields)}\n`;
  const result = event({
    type: 'result',
    subtype: 'success',
    is_error: false,
    result: 'done',
    usage: { input_tokens: 1, output_tokens: 1 },
  });
  test.each([
    [
      'a report that is not the expected one',
      { outcome: 'failed' },
      result,
      'reads otherwise than expected.json: outcome',
    ],
    [
      'a second final event',
      {},
      `${result}${result.replace('done', 'more')}`,
      /^cut at byte \d+ of \d+ it is taken for completed/,
    ],
  ])('breaks by a recording with %s', async (_, changed, output, detail) => {
    const { formatOf } = await import('../../src/parse/formats.ts');
    const parser = formatOf('claude-stream-json').create();
    parser.push(Buffer.from(output));
    const expected = { ...parser.end({ code: 0, signal: null }, ''), ...changed };
    const dir = toolFolder('sound', {
      ...sound,
      'profile.yaml': profile.replace('plain', 'claude-stream-json'),
      'fixtures/case/output': output,
      'fixtures/case/recorded.json': JSON.stringify({
        version: '1.0.0',
        date: '2026-01-02',
        argv: [],
        exit: 0,
      }),
      'fixtures/case/expected.json': JSON.stringify(expected),
    });
    const checks = (await conform(dir, path)).filter(({ name }) => name === 'recording case');
    expect(checks).toEqual([
      { name: 'recording case', passed: false, detail: expect.stringMatching(detail) },
    ]);
  });
});
