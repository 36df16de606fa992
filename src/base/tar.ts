import { gzipSync } from 'node:zlib';

/** A file of an archive. `path` is relative, with slashes, at most 100 bytes. */
export interface TarEntry {
  path: string;
  content: Uint8Array;
}

const BLOCK = 512;

/** A gzipped tar archive; the same entries give the same bytes. Throws a `RangeError` for a path that is too long. */
export function tarGz(entries: readonly TarEntry[]): Uint8Array {
  const blocks = entries.flatMap(({ path, content }) => {
    const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
    return [header(path, content.length), content, padding];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]));
}

// POSIX ustar: each number in octal, the sum over the header with blanks in its own place.
function header(path: string, size: number): Buffer {
  const name = Buffer.from(path);
  if (name.length > 100) throw new RangeError(`${path} is too long for an archive.`);
  const block = Buffer.alloc(BLOCK);
  name.copy(block);
  block.write('0000600\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  block.write('        ', 148);
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
