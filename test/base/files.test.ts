import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import {
  Drafts,
  ensurePrivateDir,
  readIfExists,
  readJson,
  readTail,
  replaceFile,
  writeAtomic,
  writeAtomicSoon,
} from '../../src/base/files.ts';
import { onSmallDisk } from '../store/homes.ts';

function folder(): string {
  const made = fs.mkdtempSync(join(tmpdir(), 'files-'));
  onTestFinished(() => fs.rmSync(made, { recursive: true, force: true }));
  return made;
}

const mode = (path: string) => (fs.statSync(path).mode & 0o777).toString(8);

test('folders and files are for this user alone', () => {
  const dir = join(folder(), 'a/b');
  ensurePrivateDir(dir);
  ensurePrivateDir(dir);
  expect(mode(dir)).toBe('700');
  writeAtomic(join(dir, 'f'), 'x');
  expect(mode(join(dir, 'f'))).toBe('600');
  writeAtomic(join(dir, 'f'), Uint8Array.of(1, 0, 255), 0o644);
  expect([...fs.readFileSync(join(dir, 'f'))]).toEqual([1, 0, 255]);
  expect(mode(join(dir, 'f'))).toBe('644');
  expect(fs.readdirSync(dir)).toEqual(['f']);
});

test('a file that a writer is killed in the middle of is whole, the old or the new one', async () => {
  const path = join(folder(), 'state');
  for (let round = 0; round < 4; round += 1) {
    const writer = spawn(process.execPath, [join(import.meta.dirname, 'rewriter.ts'), path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(writer.stdout, 'data');
    for (let look = 0; look < 50; look += 1) expectWhole(path);
    writer.kill('SIGKILL');
    await once(writer, 'close');
    expectWhole(path);
  }
});

function expectWhole(path: string): void {
  const text = fs.readFileSync(path, 'utf8');
  expect(text.length).toBe(200_000);
  expect(text === text.charAt(0).repeat(200_000)).toBe(true);
}

test('on a full disk the old file stays, and nothing is left beside it', (context) => {
  onSmallDisk(context, ({ root }) => {
    fs.mkdirSync(root);
    const path = join(root, 'state');
    writeAtomic(path, 'old');
    const big = 'n'.repeat(2 * 1024 * 1024);
    for (const write of [writeAtomic, replaceFile])
      expect(() => write(path, big)).toThrow(expect.objectContaining({ code: 'ENOSPC' }));
    expect(fs.readFileSync(path, 'utf8')).toBe('old');
    expect(fs.readdirSync(root)).toEqual(['state']);
  });
});

test('a file that is written while others work is the old one until it is the new one', async () => {
  const dir = folder();
  const path = join(dir, 'state');
  replaceFile(path, 'old');
  const written = writeAtomicSoon(path, 'new');
  expect(fs.readFileSync(path, 'utf8')).toBe('old');
  await written;
  expect(fs.readFileSync(path, 'utf8')).toBe('new');
  expect([mode(path), fs.readdirSync(dir)]).toEqual(['600', ['state']]);
  fs.rmSync(path);
  fs.mkdirSync(path);
  await expect(writeAtomicSoon(path, 'new')).rejects.toMatchObject({ code: 'EISDIR' });
  expect(fs.readdirSync(dir)).toEqual(['state']);
});

test('drafts are in their places together; what cannot be is taken back', () => {
  const dir = folder();
  const drafts = new Drafts();
  drafts.add(join(dir, 'one'), '1');
  drafts.add(join(dir, 'two'), '2');
  expect(fs.existsSync(join(dir, 'one'))).toBe(false);
  drafts.finish();
  const texts = ['one', 'two'].map((name) => fs.readFileSync(join(dir, name), 'utf8'));
  expect([texts, mode(join(dir, 'one'))]).toEqual([['1', '2'], '600']);
  fs.mkdirSync(join(dir, 'four'));
  for (const name of ['three', 'four', 'five']) drafts.add(join(dir, name), name);
  expect(() => drafts.finish()).toThrow(expect.objectContaining({ code: 'EISDIR' }));
  drafts.drop();
  expect(fs.readdirSync(dir).sort()).toEqual(['four', 'one', 'three', 'two']);
});

test('a missing file reads as undefined, everything else that is wrong is thrown', () => {
  const dir = folder();
  fs.writeFileSync(join(dir, 'f'), 'text');
  expect(readIfExists(join(dir, 'f'))).toBe('text');
  expect(readIfExists(join(dir, 'none'))).toBe(undefined);
  expect(readIfExists(join(dir, 'f/below'))).toBe(undefined);
  expect(() => readIfExists(dir)).toThrow(expect.objectContaining({ code: 'EISDIR' }));
});

test('torn JSON reads as undefined', () => {
  const path = join(folder(), 'j');
  expect(readJson(path)).toBe(undefined);
  fs.writeFileSync(path, '{"a": [1');
  expect(readJson(path)).toBe(undefined);
  fs.writeFileSync(path, '{"a": [1]}\n');
  expect(readJson(path)).toEqual({ a: [1] });
});

test('a tail is the end of the file, without the rest of a cut character', () => {
  const path = join(folder(), 'log');
  expect(readTail(path, 10)).toBe('');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(40), (text, bytes) => {
      fs.rmSync(path, { force: true });
      fs.writeFileSync(path, text);
      const tail = readTail(path, bytes);
      expect(text.endsWith(tail)).toBe(true);
      const lost = Math.min(bytes, Buffer.byteLength(text)) - Buffer.byteLength(tail);
      expect(lost).toBeGreaterThanOrEqual(0);
      expect(lost).toBeLessThan(4);
    }),
  );
});
