import type { Note } from '../../operations/operation.ts';
import { estimateText } from './figures.ts';
import { hanging, packed } from './lines.ts';
import { paint, type Screen } from './screen.ts';

/** What `delegate` has decided, as it says before anything runs: tool and why, the estimate, how to look in. */
export function decidedText(note: Extract<Note, { kind: 'decided' }>, screen: Screen): string {
  const { task, route, notes } = note;
  const lead = `${task}  `;
  const [first = '', ...more] = hanging(lead, route.why, screen);
  const rest = [
    ...notes.flatMap((text) => hanging('  note: ', text, screen)),
    ...packed('  ', [estimateText(route.estimate), `look in: orchestra peek ${task}`], screen),
  ];
  const head = `${paint(screen, 'strong', task)}${first.slice(task.length)}`;
  return [head, ...more, ...rest].join('\n');
}
