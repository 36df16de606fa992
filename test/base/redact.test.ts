import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineRedactor, markSecrets, redactDeep, redactor } from '../../src/base/redact.ts';

// Put together here, so that nothing that looks for secrets finds this file.
const x = (head: string, length: number) => `${head}${'aB3'.repeat(length).slice(0, length)}`;
const salt = '5e1f'.repeat(16);
const begin = `-----BEGIN ${'RSA PRIVATE'} KEY-----`;
const end = begin.replace('BEGIN', 'END');

const secrets = [
  x('ghp_', 36),
  x('github_pat_', 60),
  x('glpat-', 20),
  x('sk-ant-api03-', 80),
  x('sk-proj-', 60),
  x('sk_live_', 24),
  x('xoxb-', 40),
  `AKIA${'IOSFODNN7EXAMPLE'}`,
  x('AIza', 35),
  x('npm_', 36),
  x('hf_', 34),
  `${x('eyJ', 20)}.${x('eyJ', 30)}.${x('', 40)}`,
];

test.each(secrets)('%s is taken out, and what stands beside it stays', (secret) => {
  const redact = redactor();
  expect(redact(`a key "${secret}" here`)).toBe('a key "[redacted]" here');
  expect(redact(`TOKEN=${secret}\nnext`)).toBe('TOKEN=[redacted]\nnext');
});

test('of headers and addresses the secret part alone goes', () => {
  const redact = redactor();
  expect(redact(`Authorization: Bearer ${x('', 30)}`)).toBe('Authorization: Bearer [redacted]');
  expect(redact('postgres://ada:s3cret!@db:5432/shop')).toBe('postgres://ada:[redacted]@db:5432/shop');
  expect(redact(`x\n${begin}\nabc\n${end}\ny`)).toBe('x\n[redacted]\ny');
});

test.each([
  'a'.repeat(40),
  '3f2504e0-4f89-11d3-9a0c-0305e82c3301',
  'src/sk-button/token.ts and npm_config_cache',
  'https://example.org:8080/a?b=c@d',
  'Bearer of news, the task-12 token is in orchestra/task-5-add',
  'const password = request.body.password;',
  'git@github.com:a/b.git',
])('%s is no secret', (text) => {
  expect(redactor()(text)).toBe(text);
});

test('marked values are found wherever they stand, and their marks do not hold them', () => {
  const values = ['hunter2hunter2', 'pä$$ "wörd"\\x', 'first line of it\nsecond line of it\nshort'];
  const marks = markSecrets(values, salt);
  for (const value of values) expect(JSON.stringify(marks)).not.toContain(value.slice(0, 8));
  const redact = redactor(marks);
  expect(redact('xhunter2hunter2x hunter2hunter2')).toBe('x[redacted]x [redacted]');
  expect(redact('is pä$$ "wörd"\\x')).toBe('is [redacted]');
  expect(redact(JSON.stringify({ a: values[1] }))).toBe('{"a":"[redacted]"}');
  expect(redact('first line of it, second line of it, short')).toBe('[redacted], [redacted], short');
  expect(redact('hunter2hunter')).toBe('hunter2hunter');
  expect(redactor(markSecrets(['short'], salt))('short')).toBe('short');
});

test('any marked value is taken out of any text', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 8, maxLength: 40 }),
      fc.string(),
      fc.string(),
      (value, before, after) => {
        const secret = value.trim();
        fc.pre(secret.length >= 8 && !/[\r\n]/.test(secret));
        const result = redactor(markSecrets([secret], salt))(`${before}${secret}${after}`);
        expect(result.replaceAll('[redacted]', '')).not.toContain(secret);
        expect(result).toContain('[redacted]');
      },
    ),
  );
});

test('line by line a private key stays hidden to its end', () => {
  const redact = lineRedactor(redactor());
  expect(['a', `key: ${begin}`, 'MIIE', 'xyz', end, 'b'].map(redact)).toEqual([
    'a',
    'key: [redacted]',
    '[redacted]',
    '[redacted]',
    '[redacted]',
    'b',
  ]);
});

test('texts within a value are redacted, the rest stays as it is', () => {
  const value = { a: [x('ghp_', 36), 1, null], b: { c: true, d: 'plain' } };
  expect(redactDeep(value, redactor())).toEqual({ a: ['[redacted]', 1, null], b: { c: true, d: 'plain' } });
});

test('a long text full of beginnings of secrets does not take long', () => {
  const text = `${begin} ${'sk-'.repeat(20000)}${'eyJ'.repeat(20000)}${'a://'.repeat(20000)}`;
  expect(redactor(markSecrets(['hunter2hunter2'], salt))(text).length).toBeGreaterThan(0);
});
