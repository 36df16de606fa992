import type { Screen } from './screen.ts';

type Render = (documents: readonly object[], screen: Screen) => string;

/** How each operation is shown to people; one loaded at a time. */
const renders: Record<string, () => Promise<{ render: Render }>> = {
  delegate: () => import('./render/delegate.ts'),
  status: () => import('./render/status.ts'),
  wait: () => import('./render/delegate.ts'),
  peek: () => import('./render/peek.ts'),
  diff: () => import('./render/diff.ts'),
  approve: () => import('./render/delegate.ts'),
  reject: () => import('./render/delegate.ts'),
  reply: () => import('./render/delegate.ts'),
  cancel: () => import('./render/delegate.ts'),
  retry: () => import('./render/delegate.ts'),
  stop: () => import('./render/stop.ts'),
  resume: () => import('./render/stop.ts'),
  clean: () => import('./render/clean.ts'),
  show: () => import('./render/show.ts'),
  route: () => import('./render/route.ts'),
  cost: () => import('./render/cost.ts'),
  stats: () => import('./render/stats.ts'),
  tune: () => import('./render/tune.ts'),
  tools: () => import('./render/tools.ts'),
  'tools new': () => import('./render/new-tool.ts'),
  'tools test': () => import('./render/tools-test.ts'),
  doctor: () => import('./render/doctor.ts'),
  init: () => import('./render/init.ts'),
  trust: () => import('./render/trust.ts'),
  config: () => import('./render/config.ts'),
  'conductor status': () => import('./render/conductor.ts'),
  'conductor start': () => import('./render/conductor.ts'),
  'conductor stop': () => import('./render/conductor.ts'),
};

/** What is shown for an operation; JSON where it has no form of its own. Empty for the ones that tell everything as they go. */
export async function renderDocuments(
  operation: string,
  documents: readonly object[],
  screen: Screen,
): Promise<string> {
  if (operation === 'logs' || operation === 'demo' || documents.length === 0) return '';
  const load = renders[operation];
  if (load === undefined) return documents.map((document) => JSON.stringify(document, null, 2)).join('\n');
  const { render } = await load();
  return render(documents, screen);
}
