import * as fs from 'node:fs';
import type { Home } from '../../src/model/home.ts';
import { openSingle } from '../../src/store/open-file.ts';

/** Ways in which a database is damaged, each done to the files of a home that nobody has open. */
export const damages: Record<string, (home: Home) => void> = {
  'is deleted': (home) => remove(home),
  'is empty': (home) => fs.truncateSync(home.database, 0),
  'is no database': (home) => fs.writeFileSync(home.database, 'x'.repeat(20_000)),
  'has a broken head': (home) => overwrite(home, 0, Buffer.alloc(100, 7)),
  'is cut in the middle': (home) => fs.truncateSync(home.database, fs.statSync(home.database).size / 2),
  'has a zeroed first page': (home) => overwrite(home, 0, Buffer.alloc(4096)),
  'has lost its tables': (home) => {
    remove(home);
    openSingle(home.database).exec('pragma journal_mode = wal');
  },
};

/** Overwrites the page on which a table or index begins. */
export function zeroPageOf(home: Home, name: string): void {
  const connection = openSingle(home.database);
  const page = connection
    .prepare('select rootpage as page from sqlite_schema where name = ?')
    .get(name)?.page;
  connection.exec('pragma wal_checkpoint(truncate)');
  connection.close();
  overwrite(home, (Number(page) - 1) * 4096, Buffer.alloc(4096));
}

/** Overwrites bytes of the database at an offset. */
export function overwrite(home: Home, offset: number, bytes: Buffer): void {
  const fd = fs.openSync(home.database, 'r+');
  fs.writeSync(fd, bytes, 0, bytes.length, offset);
  fs.closeSync(fd);
}

function remove(home: Home): void {
  for (const end of ['', '-wal', '-shm']) fs.rmSync(home.database + end, { force: true });
}
