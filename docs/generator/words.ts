import { type ErrorCode, OrchestraError } from '../../src/base/errors.ts';
import { exitStatusFor } from '../../src/cli/explain.ts';
import { errorTable } from '../../src/model/error-table.ts';
import { statusAfter } from '../../src/model/event.ts';
import type { TaskView } from '../../src/model/task-view.ts';
import {
  accessLevels,
  categories,
  type ErrorClass,
  errorClasses,
  formats,
  type TaskStatus,
  taskStatuses,
  tiers,
} from '../../src/model/words.ts';
import { formatOf } from '../../src/parse/formats.ts';
import { exitStatusOf } from '../../src/pipeline/wait.ts';
import { code, matched, page, tableOf } from './markdown.ts';
import { sourceOf } from './source.ts';
import { errorCodeTexts, eventTexts, statusTexts } from './texts.ts';

/** The words of the model, the events, and what a command line ends with. */
export function wordsPage(): string {
  const list = (words: readonly string[]) => words.map(code).join(', ');
  return page([
    '## Words',
    tableOf(
      ['word', 'values'],
      [
        ['Category', list(categories)],
        ['Tier', list(tiers)],
        ['Access', list(accessLevels)],
        [
          'Format',
          formats
            .map((format) => code(format) + (formatOf(format).readAs === format ? '' : ' (read as `plain`)'))
            .join(', '),
        ],
      ],
    ),
    '### Task statuses',
    'A status is computed from the events of the task. The number is the exit status that `delegate` and `wait` give for it.',
    tableOf(
      ['status', 'exit', 'meaning'],
      taskStatuses.map((status) => [code(status), settledExit(status), statusTexts[status]]),
    ),
    '### Events',
    'In the order of a task without incidents, then the others. Each event carries `seq`, `at`, `task` and `run` (0 for what concerns the task as a whole).',
    eventTable(),
    '### Error classes',
    `The \`class\` of an entry in \`errors\` of a summary, and what happens next without a person (table version ${errorTable.version}): the first of the remedies that can be done. *Holds* says after how many in a row the other tasks of the same tool and account wait.`,
    tableOf(
      ['class', 'meaning', 'next', 'first wait', 'holds'],
      errorClasses.map((word: ErrorClass) => {
        const { means, next, waitSeconds, holdsAfter } = errorTable.classes[word];
        const wait = waitSeconds === 0 ? '' : `${waitSeconds} s`;
        return [code(word), means, next.join(', '), wait, holdsAfter === 0 ? '' : `after ${holdsAfter}`];
      }),
    ),
    '### Exit statuses',
    exitTable(),
  ]);
}

function settledExit(status: TaskStatus): string {
  if (['queued', 'running', 'verifying'].includes(status)) return '';
  if (status === 'failed') return '1, 4 or 5';
  return String(exitStatusOf(viewIn(status)));
}

function viewIn(status: TaskStatus, errors: ErrorClass[] = []): TaskView {
  const settlement = { errors: errors.map((word) => ({ class: word, message: '' })) };
  return { status, runs: [{ run: 1, settlement }] } as unknown as TaskView;
}

function eventTable(): string {
  const source = sourceOf('src/model/event.ts');
  const found = [...source.matchAll(/^ {2}\| \{\s+type: '(\w+)';?\s*(.*?);?\s+\};?$/gms)];
  const texts = matched(
    'event',
    found.map(([, type = '']) => type),
    eventTexts,
  );
  return tableOf(
    ['event', 'status afterwards', 'carries', 'meaning'],
    found.map(([, type = '', fields = '']) => {
      const stub = { type, settlement: { status: 'as settled' } } as unknown as Parameters<
        typeof statusAfter
      >[0];
      return [
        code(type),
        statusAfter(stub) ?? '',
        code(fields.replaceAll(/\s+/g, ' ').replaceAll(';', ',')),
        texts.get(type) ?? '',
      ];
    }),
  );
}

function exitTable(): string {
  const source = sourceOf('src/base/errors.ts');
  const codes = [...(source.split('export type ErrorCode =')[1]?.split(';')[0] ?? '').matchAll(/'(\w+)'/g)];
  const texts = matched(
    'error code',
    codes.map(([, name = '']) => name),
    errorCodeTexts,
  );
  const refused = [...texts].map(([name, text]): [number, string] => [
    exitStatusFor(new OrchestraError(name as ErrorCode, '')),
    text,
  ]);
  const settled: [number, string][] = [
    [exitStatusOf(viewIn('done')), 'the task is `done`; any other command: it worked'],
    [exitStatusOf(viewIn('failed')), 'the task is `failed`'],
    [exitStatusOf(viewIn('review')), 'the task needs you: `review`, `blocked` or `parked`'],
    [exitStatusOf(viewIn('failed', ['over_budget'])), 'the task went over its budget'],
    [exitStatusOf(viewIn('failed', ['timeout'])), 'the task ran out of time'],
    [exitStatusOf(viewIn('cancelled')), 'the task is `cancelled`, or you left with Ctrl-C while it goes on'],
  ];
  const all = [...settled, ...refused];
  const numbers = [...new Set(all.map(([number]) => number))].sort((a, b) => a - b);
  const of = (number: number) => all.filter(([other]) => other === number).map(([, text]) => text);
  return page([
    'With several tasks, the highest of theirs.',
    tableOf(
      ['exit', 'when'],
      numbers.map((number) => [String(number), of(number).join('; ')]),
    ),
  ]);
}
