import type { Route } from '../../model/route.ts';
import { tally } from '../../route/standing.ts';
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
  const doubt = route.confident === false ? ', low: the tool is the safe default' : '';
  const by = route.rule === 'scorer' || route.rule.startsWith('--') ? route.rule : `rule ${route.rule}`;
  const rule = `${by}, confidence ${Math.round(route.confidence * 100)} %${doubt}`;
  const moved = (route.evidence ?? []).map(({ what, weight }) => `${what} ${signed(weight)}`);
  const others = (route.others ?? []).map(
    ({ category, likelihood }) => `${category} ${Math.round(likelihood * 100)} %`,
  );
  return [
    ...wrap(`${route.category}, ${route.tier}: ${rule}`, screen.width),
    ...(moved.length === 0 ? [] : hanging('moved by: ', moved.join(', '), screen)),
    ...(others.length === 0 ? [] : hanging('or rather: ', others.join(', '), screen)),
    ...(route.fallbacks.length === 0 ? [] : hanging('else: ', route.fallbacks.join(', '), screen)),
    ...passedTexts(route).flatMap((text) => hanging('not ', text, screen)),
    ...(route.standings ?? []).flatMap((standing) => hanging('learned: ', standingText(standing), screen)),
    ...hanging('estimate: ', estimateText(route.estimate), screen),
  ];
}

/** The tools not taken, those with the same reason together. */
function passedTexts({ passed }: Route): string[] {
  const reasons = [...new Set(passed.map(({ why }) => why))];
  return reasons.map((reason) => {
    const tools = passed.filter(({ why }) => why === reason).map(({ tool }) => tool);
    return `${tools.join(', ')}: ${reason}`;
  });
}

function standingText({ tool, good, bad, expected }: NonNullable<Route['standings']>[number]): string {
  const past = good + bad === 0 ? 'nothing yet' : tally({ good, bad });
  return `${tool}: ${past}, ${Math.round(expected * 100)} % expected`;
}

function signed(weight: number): string {
  return `${weight < 0 ? '' : '+'}${weight}`;
}
