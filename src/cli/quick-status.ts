import { homeFrom } from '../model/home.ts';
import { overview, revivedText } from '../operations/status-overview.ts';
import { reviveConductor } from '../pipeline/conductor-process.ts';
import { openStore } from '../store/store.ts';
import { isTerminal, print } from './print.ts';
import { render } from './render/status.ts';
import { reported } from './reported.ts';
import { screenOf } from './screen.ts';

/** What `orchestra status` prints. The most typed command starts nearly as fast as Node itself. */
export function showOverview(argv: readonly string[], entry: string): Promise<number> {
  return reported(() => {
    const home = homeFrom(process.env);
    const store = openStore(home);
    const document = overview(store, home, argv.includes('--all') || argv.includes('-a'));
    const revived = store.unsettled().length > 0 && reviveConductor({ home, env: process.env, entry });
    store.close();
    const stream = isTerminal() ? process.stdout : {};
    const screen = screenOf(stream, process.env, { color: !argv.includes('--no-color') });
    const text = argv.includes('--json') ? JSON.stringify(document) : render([document], screen);
    print(`${text}\n`);
    if (revived && !argv.includes('--quiet')) process.stderr.write(`${revivedText}\n`);
    return 0;
  });
}
