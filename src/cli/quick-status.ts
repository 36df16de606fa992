import { homeFrom } from '../model/home.ts';
import { overview } from '../operations/status-overview.ts';
import { openStore } from '../store/store.ts';
import { render } from './render/status.ts';
import { screenOf } from './screen.ts';

/** What `orchestra status` prints. The most typed command starts nearly as fast as Node itself. */
export function showOverview(argv: readonly string[]): void {
  const store = openStore(homeFrom(process.env));
  const document = overview(store, argv.includes('--all') || argv.includes('-a'));
  store.close();
  const screen = screenOf(process.stdout, process.env, { color: !argv.includes('--no-color') });
  const text = argv.includes('--json') ? JSON.stringify(document) : render([document], screen);
  process.stdout.write(`${text}\n`);
}
