import * as fs from 'node:fs';
import * as z from 'zod';
import { inspectRepo } from '../git/repo.ts';
import { openStore, type Store } from '../store/store.ts';
import { type Check, problemFrom } from './doctor-check.ts';
import { checkHome, checkLedger } from './doctor-home.ts';
import { checkConductor, checkServer } from './doctor-processes.ts';
import { checkPrograms } from './doctor-programs.ts';
import { checkRecords } from './doctor-records.ts';
import { checkSettings, checkTools } from './doctor-settings.ts';
import { checkStore } from './doctor-store.ts';
import { checkTasks } from './doctor-tasks.ts';
import { type Caller, field, type Operation } from './operation.ts';

const input = z.object({
  fix: field(z.boolean().optional(), { description: 'mend what can be mended without losing anything' }),
});

/** Every prerequisite with its remedy. Works with nothing installed. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'doctor',
  summary: 'check every prerequisite and say what to do',
  effect: 'write',
  input,
  output: 'orchestra.doctor/1',
  examples: ['orchestra doctor', 'orchestra doctor --fix'],
  async run(caller, { fix }) {
    const programs = await checkPrograms(caller.env, caller.cwd);
    const repo = await repoRootOf(caller.cwd);
    const checks: Check[] = [
      ...programs,
      ...checkSettings(caller.env, repo),
      ...(await checkTools(caller.env)),
      ...guarded(() => checkHome(caller.home, fix === true)),
      ...(await checkState(caller, repo, fix === true)),
    ];
    const failed = checks.some((check) => check.state === 'problem');
    return { documents: [{ schema: 'orchestra.doctor/1', checks }], exit: failed ? 1 : 0 };
  },
};

function guarded(look: () => Check[]): Check[] {
  try {
    return look();
  } catch (error) {
    return [problemFrom('home', error)];
  }
}

async function repoRootOf(cwd: string): Promise<string | undefined> {
  try {
    const facts = await inspectRepo(cwd);
    return facts.kind === 'none' ? undefined : facts.root;
  } catch {
    // A missing git is told by the programs.
    return undefined;
  }
}

async function checkState({ home }: Caller, repo: string | undefined, fix: boolean): Promise<Check[]> {
  const [whole, ...more] = await checkStore(home, fix);
  const known = [whole, ...more, checkLedger(home)];
  const store = whole.state === 'ok' ? open(home, fix) : undefined;
  if (store !== undefined && 'state' in store) return [...known, store];
  try {
    const tasks =
      store === undefined
        ? []
        : await recordsAndTasks(home, store, repo, fix).catch((error) => [problemFrom('tasks', error)]);
    return [...known, checkConductor(home, store, fix), await checkServer(home, store, fix), ...tasks];
  } finally {
    store?.close();
  }
}

async function recordsAndTasks(
  home: Caller['home'],
  store: Store,
  repo: string | undefined,
  fix: boolean,
): Promise<Check[]> {
  // What comes back from folders is looked at as any other task.
  const records = checkRecords(home, store, fix);
  return [...records, ...(await checkTasks(home, store, repo, fix))];
}

function open(home: Caller['home'], fix: boolean): Store | Check {
  try {
    return openStore(home, { write: fix && fs.existsSync(home.database) });
  } catch (error) {
    return problemFrom('store', error);
  }
}
