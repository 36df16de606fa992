import { type Home, homeFrom } from '../model/home.ts';
import { isOrphaned, overview, revivedText } from '../operations/status-overview.ts';
import { openStore } from '../store/store.ts';
import { isTerminal, print } from './print.ts';
import { render } from './render/status.ts';
import { reported } from './reported.ts';
import { screenOf } from './screen.ts';

/** What `orchestra status` prints. The most typed command starts nearly as fast as Node itself. */
export function showOverview(argv: readonly string[], entry: string): Promise<number> {
  return reported(async () => {
    const home = homeFrom(process.env);
    const store = openStore(home);
    const document = overview(store, home, argv.includes('--all') || argv.includes('-a'));
    const orphaned = isOrphaned({ home, store });
    store.close();
    const stream = isTerminal() ? process.stdout : {};
    const screen = screenOf(stream, process.env, { color: !argv.includes('--no-color') });
    const text = argv.includes('--json') ? JSON.stringify(document) : render([document], screen);
    print(`${text}\n`);
    if (orphaned && (await revive(home, entry)) && !argv.includes('--quiet')) {
      process.stderr.write(`${revivedText}\n`);
    }
    return 0;
  });
}

async function revive(home: Home, entry: string): Promise<boolean> {
  const { reviveConductor } = await import('../pipeline/conductor-process.ts');
  return reviveConductor({ home, env: process.env, entry });
}
