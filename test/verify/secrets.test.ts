import { expect, test } from 'vitest';
import type { PatchFile } from '../../src/model/patch.ts';
import { findSecrets } from '../../src/verify/secrets.ts';

// Put together here, so that nothing that looks for secrets finds this file.
const token = `ghp_${'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'}`;
const keyHead = `-----BEGIN RSA ${'PRIVATE'} KEY-----`;

function file(path: string, added: PatchFile['added']): PatchFile {
  return { path, change: 'modified', opaque: false, added, removed: 0 };
}

test('a token in an added line is found at its line, and is not in what is said of it', async () => {
  const found = await findSecrets([
    file('src/a.ts', [
      { line: 3, text: 'const a = 1;' },
      { line: 90, text: `const token = '${token}';` },
    ]),
    file('b.txt', [{ line: 1, text: 'harmless' }]),
    file('gone.txt', []),
  ]);
  expect(found).toEqual([{ file: 'src/a.ts', line: 90, what: 'looks like a secret (github, GITHUB_TOKEN)' }]);
  expect(JSON.stringify(found)).not.toContain(token.slice(4, 20));
});

test('a key of several lines is found where it begins', async () => {
  const body = 'MIIEpAIBAAKCAQEA75iqWDtRcJzy6R1S0BCSzXSvcqEZbFbBrzZ3q3VqW5Qk8bQm'.repeat(1);
  const texts = ['x', keyHead, ...Array.from({ length: 12 }, () => body), keyHead.replace('BEGIN', 'END')];
  const found = await findSecrets([
    file(
      'key.pem',
      texts.map((text, index) => ({ line: index + 10, text })),
    ),
  ]);
  expect(found).toMatchObject([{ file: 'key.pem', line: 11 }]);
});
