import type { Operation } from './operation.ts';

/**
 * Every operation, in the order of the help. A name of two words is a command of a command.
 * Each is loaded only when it is asked for, so that a command starts fast.
 */
export const table = {
  delegate: () => import('./delegate.ts'),
  status: () => import('./status.ts'),
  wait: () => import('./wait.ts'),
  peek: () => import('./peek.ts'),
  attach: () => import('./attach.ts'),
  logs: () => import('./logs.ts'),
  diff: () => import('./diff.ts'),
  approve: () => import('./approve.ts'),
  reject: () => import('./reject.ts'),
  reply: () => import('./reply.ts'),
  cancel: () => import('./cancel.ts'),
  retry: () => import('./retry.ts'),
  stop: () => import('./stop.ts'),
  resume: () => import('./resume.ts'),
  clean: () => import('./clean.ts'),
  show: () => import('./show.ts'),
  route: () => import('./route.ts'),
  cost: () => import('./cost.ts'),
  stats: () => import('./stats.ts'),
  tune: () => import('./tune.ts'),
  tools: () => import('./tools.ts'),
  'tools parse': () => import('./tools-parse.ts'),
  'tools new': () => import('./new-tool.ts'),
  'tools test': () => import('./tools-test.ts'),
  doctor: () => import('./doctor.ts'),
  init: () => import('./init.ts'),
  trust: () => import('./trust.ts'),
  config: () => import('./config.ts'),
  schema: () => import('./schema.ts'),
  demo: () => import('./demo.ts'),
  'conductor status': () => import('./conductor-status.ts'),
  'conductor start': () => import('./conductor-start.ts'),
  'conductor stop': () => import('./conductor-stop.ts'),
} satisfies Record<string, () => Promise<{ operation: Pick<Operation, 'name' | 'summary' | 'effect'> }>>;

/** What a first word is that has commands of its own only. */
export const groups: Record<string, string> = { conductor: 'the background process' };

/** The name of an operation. */
export type OperationName = keyof typeof table;

/** One operation, loaded. */
export async function loadOperation(name: OperationName): Promise<Operation<unknown>> {
  const { operation } = await table[name]();
  return operation as unknown as Operation<unknown>;
}
