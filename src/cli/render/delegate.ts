import type { z } from 'zod';
import { formatSeconds } from '../../base/time.ts';
import type { TaskDocument } from '../../model/documents.ts';
import type { Plan } from '../../model/plan.ts';
import type { Route } from '../../model/route.ts';
import type { Summary } from '../../model/summary.ts';
import { estimateText } from './figures.ts';
import { hanging, indent, wrap } from './lines.ts';
import { nextText } from './next-steps.ts';
import { paint, type Screen, statusStyle } from './screen.ts';
import { narrower, summaryText } from './summary.ts';

/** `orchestra.plan/1`. */
interface PlanDocument {
  schema: 'orchestra.plan/1';
  route: Route;
  plan: Plan;
}

type Given = Summary | PlanDocument | z.infer<typeof TaskDocument>;

/** What came of tasks: their summaries, that they are stored, or what would be done. */
export function render(documents: readonly object[], screen: Screen): string {
  return (documents as readonly Given[]).map((document) => textOf(document, screen)).join('\n\n');
}

function textOf(document: Given, screen: Screen): string {
  switch (document.schema) {
    case 'orchestra.summary/1':
      return summaryText(document, screen);
    case 'orchestra.task/1':
      return storedText(document, screen);
    default:
      return planText(document, screen);
  }
}

function storedText({ task, status, route }: z.infer<typeof TaskDocument>, screen: Screen): string {
  const tool = `${route.tool ?? 'no tool'}${route.model === null ? '' : ` with ${route.model}`}`;
  const head = `${paint(screen, 'strong', task)}  ${paint(screen, statusStyle(status), status)}  ${tool}`;
  return [head, ...indent(nextText({ task, status, reason: '' }, narrower(screen)))].join('\n');
}

function planText({ route, plan }: PlanDocument, screen: Screen): string {
  const steps = plan.steps.flatMap((step, index) => hanging(`${index + 1}. `, step, narrower(screen)));
  const budget = plan.limits.budgetUsd === null ? 'no budget' : `budget $${plan.limits.budgetUsd.toFixed(2)}`;
  return [
    ...wrap(route.why, screen.width),
    ...indent(steps),
    ...wrap(`limits: at most ${formatSeconds(plan.limits.timeoutSeconds)}, ${budget}`, screen.width),
    ...plan.workplace.notes.flatMap((note) => hanging('note: ', note, screen)),
    ...hanging('estimate: ', estimateText(route.estimate), screen),
    'Nothing was changed.',
  ].join('\n');
}
