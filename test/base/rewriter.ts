import { writeAtomic } from '../../src/base/files.ts';

// Replaces a file over and over until it is killed, each content one letter many times.
const [path = ''] = process.argv.slice(2);
for (let round = 0; ; round += 1) {
  writeAtomic(path, String.fromCharCode(97 + (round % 26)).repeat(200_000));
  if (round === 0) process.stdout.write('begun\n');
}
