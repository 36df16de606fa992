import type { AsyncLocalStorage } from 'node:async_hooks';

/** What a program that is started inherits. */
export interface Surroundings {
  env: Record<string, string | undefined>;
  cwd: string;
}

let lent: AsyncLocalStorage<Surroundings> | undefined;

/** The environment that programs are started with: that of whoever `withSurroundings` works for, else ours. */
export function inheritedEnv(): Surroundings['env'] {
  return lent?.getStore()?.env ?? process.env;
}

/** The folder that they are started in, in the same way; undefined for ours. */
export function inheritedCwd(): string | undefined {
  return lent?.getStore()?.cwd;
}

/** Does `work`, and all that comes of it, as if from within another process. They are forgotten with the work. */
export function withSurroundings<Result>(surroundings: Surroundings, work: () => Result): Result {
  // Loaded here: only the conductor works for others.
  lent ??= new (process.getBuiltinModule('node:async_hooks').AsyncLocalStorage)<Surroundings>();
  return lent.run(surroundings, work);
}
