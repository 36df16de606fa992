import { isBusy } from './failure.ts';

/** How long a lock of another process is waited for, in milliseconds. */
export const patienceMs = 5000;

/**
 * Repeats `work` every few milliseconds while another process holds the lock, up to `patienceMs`. SQLite's own waiting
 * sleeps ever longer, up to 0.1 s, and so goes away empty-handed for seconds where others come and go quickly.
 */
export function patiently<Result>(work: () => Result): Result {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1 + Math.random() * 4);
    }
  }
}
