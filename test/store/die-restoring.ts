import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

// Preloaded into a process: it kills itself before the n-th rename or file written (DIE_AT).

const at = Number(process.env.DIE_AT);
let count = 0;

for (const name of ['renameSync', 'fsyncSync', 'copyFileSync', 'writeFileSync', 'appendFileSync'] as const) {
  const real = fs[name] as (...args: unknown[]) => unknown;
  Object.assign(fs, {
    [name]: (...args: unknown[]) => {
      count += 1;
      if (count === at) process.kill(process.pid, 'SIGKILL');
      return real(...args);
    },
  });
}
syncBuiltinESMExports();
