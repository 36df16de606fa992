import type { TuneDocument } from '../../operations/tune.ts';
import { counted, hanging, wrap } from './lines.ts';
import type { Screen } from './screen.ts';
import { table } from './table.ts';

/** Which rules misroute here, what was learned, and what would be changed. */
export function render(documents: readonly object[], screen: Screen): string {
  return (documents as readonly TuneDocument[]).map((document) => tuneText(document, screen)).join('\n\n');
}

function tuneText(document: TuneDocument, screen: Screen): string {
  const { tasks, proposals, diff, file, applied, forgotten } = document;
  const told = forgotten ? ['What was learned is deleted; counting begins anew.', ''] : [];
  if (tasks === 0) return [...told, 'no task has been routed yet'].join('\n');
  return [
    ...told,
    rulesTable(document, screen),
    ...learnedPart(document, screen),
    '',
    ...(proposals.length === 0
      ? wrap(
          'Nothing to propose: a change takes three overrides of one kind, and something that tells these tasks from the others.',
          screen.width,
        )
      : [
          ...proposals.flatMap(({ why, rule }) => hanging('propose: ', `${rule.name}, since ${why}`, screen)),
          `${applied ? 'written to' : 'would change'} ${file}:`,
          diff,
          ...(applied ? [] : ['next: orchestra tune --apply']),
        ]),
  ].join('\n');
}

function rulesTable({ rules }: TuneDocument, screen: Screen): string {
  const count = (head: string, value: (rule: TuneDocument['rules'][number]) => number) => ({
    head,
    cell: (rule: TuneDocument['rules'][number]) => String(value(rule)),
    align: 'right' as const,
  });
  return table(
    [
      { head: 'RULE', cell: (rule) => rule.rule, flexible: true, least: 12 },
      count('TASKS', (rule) => rule.tasks),
      count('--CATEGORY', (rule) => rule.recategorised),
      count('--TOOL', (rule) => rule.retooled),
      count('REJECTED', (rule) => rule.rejected),
      count('RETRIED', (rule) => rule.retried),
      count('ELSEWHERE', (rule) => rule.switched),
    ],
    rules,
    screen,
  );
}

function learnedPart({ learned, prior }: TuneDocument, screen: Screen): string[] {
  if (learned.length === 0) return [];
  const start = `Before anything is counted, ${prior.good} of ${prior.good + prior.bad} tasks of every tool are taken to go well.`;
  return [
    '',
    ...wrap(`Learned from ${counted(learned.length, 'kind')} of runs. ${start}`, screen.width),
    table(
      [
        { head: 'KIND', cell: (row) => `${row.category}/${row.tier}`, flexible: true, least: 12 },
        { head: 'TOOL', cell: (row) => row.tool },
        { head: 'OUTCOME', cell: (row) => row.outcome },
        { head: 'ELSEWHERE', cell: (row) => String(row.switched), align: 'right' },
        { head: 'PASSED OVER', cell: (row) => String(row.overridden), align: 'right' },
      ],
      learned,
      screen,
    ),
  ];
}
