import type { Route } from '../../model/route.ts';
import { estimateText } from './figures.ts';
import { hanging, indent, wrap } from './lines.ts';
import type { Screen } from './screen.ts';
import { narrower } from './summary.ts';

/** Where tasks would go, and why not elsewhere. */
export function render(documents: readonly object[], screen: Screen): string {
  return (documents as readonly Route[]).map((route) => routeText(route, screen)).join('\n\n');
}

function routeText(route: Route, screen: Screen): string {
  return [...wrap(route.why, screen.width), ...indent(routeLines(route, narrower(screen)))].join('\n');
}

/** The parts of a route below its sentence. */
export function routeLines(route: Route, screen: Screen): string[] {
  const rule = `rule ${route.rule}, confidence ${Math.round(route.confidence * 100)} %`;
  return [
    ...wrap(`${route.category}, ${route.tier}: ${rule}`, screen.width),
    ...(route.fallbacks.length === 0 ? [] : hanging('else: ', route.fallbacks.join(', '), screen)),
    ...route.passed.flatMap(({ tool, why }) => hanging(`not ${tool}: `, why, screen)),
    ...hanging('estimate: ', estimateText(route.estimate), screen),
  ];
}
