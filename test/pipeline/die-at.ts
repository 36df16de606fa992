import child from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';
import { DatabaseSync } from 'node:sqlite';

// Preloaded into a process: it kills itself at the n-th act that lasts (DIE_AT), and notes each in DIE_LOG. Acts are a
// file on its way to the disk, a rename, a commit of the database, a message to a command, and a program that has just
// been started; not what leaves nothing behind: a temporary file, a question to git.

const at = Number(process.env.DIE_AT);
const log = process.env.DIE_LOG as string;
let count = 0;

function act(name: string): void {
  count += 1;
  fs.appendFileSync(log, `${count} ${name}\n`);
  if (count === at) process.kill(process.pid, 'SIGKILL');
}

const { renameSync, fdatasync, fdatasyncSync, readlinkSync } = fs;
const { spawn } = child;
const questions = /^git .*(status|rev-parse|diff-tree|log|merge-base|rev-list|for-each-ref|cat-file)$/;

function actOnDisk(fd: number): void {
  const path = readlinkSync(`/proc/self/fd/${fd}`);
  if (!path.endsWith('.tmp')) act(`fdatasync ${path}`);
}

Object.assign(fs, {
  renameSync: (from: string, to: string) => {
    act(`renameSync ${to}`);
    renameSync(from, to);
  },
  fdatasync: (fd: number, done: fs.NoParamCallback) => {
    actOnDisk(fd);
    fdatasync(fd, done);
  },
  fdatasyncSync: (fd: number) => {
    actOnDisk(fd);
    fdatasyncSync(fd);
  },
});
Object.assign(child, {
  spawn: (...args: Parameters<typeof spawn>) => {
    const started = spawn(...args);
    const words = (args[1] as unknown as string[]).filter((word) => !/^-|=/.test(word));
    const name = `${args[0]} ${words.slice(0, 2).join(' ')}`;
    if (!questions.test(name)) act(name);
    return started;
  },
});
syncBuiltinESMExports();

const { exec } = DatabaseSync.prototype;
DatabaseSync.prototype.exec = function (sql: string) {
  if (sql === 'commit') act(sql);
  exec.call(this, sql);
};

const { write } = Socket.prototype;
Socket.prototype.write = function (this: Socket, ...args: unknown[]) {
  const said = /^\{"is":"(\w+)"/.exec(String(args[0]))?.[1];
  if (said !== undefined) act(`say ${said}`);
  return write.apply(this, args as Parameters<typeof write>);
} as typeof write;
