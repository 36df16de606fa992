import { homeFrom } from '../model/home.ts';
import { overview } from '../operations/status-overview.ts';
import { openStore } from '../store/store.ts';
import { isTerminal, print } from './print.ts';
import { render } from './render/status.ts';
import { reported } from './reported.ts';
import { screenOf } from './screen.ts';

/** What `orchestra status` prints. The most typed command starts nearly as fast as Node itself. */
export function showOverview(argv: readonly string[]): Promise<number> {
  return reported(() => {
    const home = homeFrom(process.env);
    const store = openStore(home);
    const document = overview(store, home, argv.includes('--all') || argv.includes('-a'));
    store.close();
    const stream = isTerminal() ? process.stdout : {};
    const screen = screenOf(stream, process.env, { color: !argv.includes('--no-color') });
    const text = argv.includes('--json') ? JSON.stringify(document) : render([document], screen);
    print(`${text}\n`);
    return 0;
  });
}
