import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonObject, LineReader } from '../../src/base/jsonl.ts';

// Few different bytes, so that line ends, CRs and cut characters meet often.
const byte = fc.constantFrom(10, 13, 97, 0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80, 0);
const chunks = fc.array(fc.array(byte, { maxLength: 12 }), { maxLength: 12 });

function read(pieces: readonly number[][], limit?: number, kept?: number) {
  const reader = new LineReader(limit, kept);
  const lines: { text: string; whole: boolean }[] = [];
  const take = (text: string, whole: boolean) => void lines.push({ text, whole });
  for (const piece of pieces) reader.push(Uint8Array.from(piece), take);
  reader.rest(take);
  return lines;
}

/** What the lines are by their definition: split at 10, cut, decoded, one CR off. */
function expected(pieces: readonly number[][], limit: number, kept = limit) {
  const bytes = pieces.flat();
  const lines: number[][] = [[]];
  for (const one of bytes) {
    if (one === 10) lines.push([]);
    else lines.at(-1)?.push(one);
  }
  if (lines.at(-1)?.length === 0) lines.pop();
  return lines.map((line) => ({
    text: Buffer.from(line.slice(0, line.length > limit ? kept : limit))
      .toString('utf8')
      .replace(/\r$/, ''),
    whole: line.length <= limit,
  }));
}

test('however the bytes are cut, the lines are those of the whole', () => {
  fc.assert(
    fc.property(chunks, (pieces) => {
      expect(read(pieces)).toEqual(expected(pieces, 1e6));
    }),
  );
});

test('of a line over the limit the beginning is handed on and marked, and the next one is whole again', () => {
  fc.assert(
    fc.property(chunks, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), (pieces, a, b) => {
      const [kept, limit] = [Math.min(a, b), Math.max(a, b)];
      expect(read(pieces, limit, kept)).toEqual(expected(pieces, limit, kept));
    }),
  );
});

test('the bytes of a chunk may be overwritten after the call', () => {
  const reader = new LineReader();
  const lines: string[] = [];
  const chunk = Buffer.from('first half, ');
  reader.push(chunk, (text) => lines.push(text));
  chunk.fill(0);
  reader.push(Buffer.from('second half\n'), (text) => lines.push(text));
  expect(lines).toEqual(['first half, second half']);
});

test('only a JSON object is one', () => {
  expect(jsonObject('{"a":1}')).toEqual({ a: 1 });
  for (const line of ['', '[{"a":1}]', '"{"', 'null', '3', '{"a":', 'text {"a":1}'])
    expect(jsonObject(line)).toBe(undefined);
});
