import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, type TestContext } from 'vitest';
import { type Home, homeAt } from '../../src/model/home.ts';
import { openStore, type Store } from '../../src/store/store.ts';

/** A home that does not exist yet, in a folder that goes with the test. */
export function newHome(): Home {
  const folder = fs.mkdtempSync(join(tmpdir(), 'store-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  return homeAt(join(folder, 'home'));
}

/** The store of a home for writing, closed with the test. */
export function writing(home: Home): Store {
  return opened(openStore(home, { write: true }));
}

/** The store of a home for reading, closed with the test. */
export function reading(home: Home): Store {
  return opened(openStore(home));
}

function opened(store: Store): Store {
  onTestFinished(() => store.close());
  return store;
}

/** Runs `work` while nothing under the folder can be written. Skips the test where that cannot be had. */
export function whileReadOnly(context: TestContext, folder: string, work: () => void): void {
  if (process.getuid?.() !== 0) {
    fs.chmodSync(folder, 0o500);
    try {
      work();
    } finally {
      fs.chmodSync(folder, 0o700);
    }
    return;
  }
  mount(context, ['--bind', folder, folder]);
  try {
    mount(context, ['-o', 'remount,ro,bind', folder]);
    work();
  } finally {
    execFileSync('umount', ['--lazy', folder]);
  }
}

/** Runs `work` with a home on a disk of 1 MB. Skips the test where that cannot be had. */
export function onSmallDisk(context: TestContext, work: (home: Home) => void): void {
  const folder = fs.mkdtempSync(join(tmpdir(), 'store-disk-'));
  // After a skip too.
  onTestFinished(() => fs.rmdirSync(folder));
  mount(context, ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
  try {
    work(homeAt(join(folder, 'home')));
  } finally {
    execFileSync('umount', ['--lazy', folder]);
  }
}

function mount(context: TestContext, args: string[]): void {
  try {
    execFileSync('mount', args, { stdio: 'ignore' });
  } catch {
    context.skip('needs to be root, with the right to mount a file system');
  }
}
