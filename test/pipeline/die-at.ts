import child from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { DatabaseSync } from 'node:sqlite';

// Preloaded into a process: it kills itself at the n-th act that lasts (DIE_AT), and notes each in DIE_LOG. Acts are a
// file on its way to the disk, a rename, a commit of the database, and a program that has just been started.

const at = Number(process.env.DIE_AT);
const log = process.env.DIE_LOG as string;
let count = 0;

function act(name: string): void {
  count += 1;
  fs.appendFileSync(log, `${count} ${name}\n`);
  if (count === at) process.kill(process.pid, 'SIGKILL');
}

function before(name: 'renameSync' | 'fdatasyncSync'): void {
  const real = fs[name] as (...args: unknown[]) => void;
  Object.assign(fs, {
    [name]: (...args: unknown[]) => {
      act(`${name} ${args.at(-1)}`);
      real(...args);
    },
  });
}

before('renameSync');
before('fdatasyncSync');

const { spawn } = child;
Object.assign(child, {
  spawn: (...args: Parameters<typeof spawn>) => {
    const started = spawn(...args);
    const words = (args[1] as unknown as string[]).filter((word) => !/^-|=/.test(word));
    act(`${args[0]} ${words.slice(0, 2).join(' ')}`);
    return started;
  },
});
syncBuiltinESMExports();

const { exec } = DatabaseSync.prototype;
DatabaseSync.prototype.exec = function (sql: string) {
  if (sql === 'commit') act(sql);
  exec.call(this, sql);
};
