import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clipBytes, oneLine, plainText, slugOf } from '../../src/base/text.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '\u001b[31m',
        '\u001b]0;t\u0007',
        '\u009b2J',
        'é',
        '👩‍👩‍👧',
        '\ud83d',
        'a',
        ' ',
        '\n',
        '\r',
        '\t',
      ),
    )
    .map((parts) => parts.join('')),
);

test('a clipped text keeps to its bytes, is cut at a character and says so', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 3, max: 60 }), (whole, limit) => {
      const clipped = clipBytes(whole, limit);
      expect(Buffer.byteLength(clipped)).toBeLessThanOrEqual(limit);
      if (Buffer.byteLength(whole) <= limit) {
        expect(clipped).toBe(whole);
        return;
      }
      expect(clipped.endsWith('…')).toBe(true);
      const wellFormed = Buffer.from(whole).toString();
      expect(wellFormed.startsWith(clipped.slice(0, -1))).toBe(true);
      // Not a byte more is lost than a character needs.
      expect(Buffer.byteLength(clipped)).toBeGreaterThan(limit - 4);
    }),
  );
});

test('plain text is harmless on any terminal', () => {
  fc.assert(
    fc.property(text, (given) => {
      const plain = plainText(given);
      expect(plain).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      expect(plainText(plain)).toBe(plain);
    }),
  );
  expect(plainText('a \u001b[1;31mred\u001b[0m\tword\r\n\u001b]8;;http://x\u0007link\u001b]8;;\u0007')).toBe(
    'a red\tword\nlink',
  );
});

test('one line is one line of at most so many characters', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 30 }), (given, limit) => {
      const line = oneLine(given, limit);
      expect([...line].length).toBeLessThanOrEqual(limit);
      expect(line).not.toMatch(/[\n\r\t]|^ | $/);
    }),
  );
  expect(oneLine('  two\n\n  lines  ')).toBe('two lines');
  expect(oneLine('😀'.repeat(5), 4)).toBe('😀😀😀…');
});

test('a slug is safe in branch names, paths and tmux targets', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 40 }), (given, limit) => {
      const slug = slugOf(given, limit);
      expect(slug.length).toBeLessThanOrEqual(limit);
      expect(slug).toMatch(/^([a-z0-9]+(-[a-z0-9]+)*)?$/);
    }),
  );
  expect(slugOf('Ajoute l’été: ../../etc & $(rm -rf ~)')).toBe('ajoute-l-ete-etc-rm-rf');
  expect(slugOf('日本語')).toBe('');
});
