import type { TaskRequest } from '../model/request.ts';

/**
 * What is told to the agent after the task's text, which itself stays byte for byte; '' when there is nothing to add.
 */
export function briefOf(request: Pick<TaskRequest, 'context' | 'criteria' | 'scope'>): string {
  const { context, criteria, scope } = request;
  const sections = [
    section('Read these files first:', context?.files),
    context?.notes === undefined ? '' : `Context:\n\n${context.notes.trim()}`,
    section('The work is finished when all of this is true:', criteria),
    section('Change only files that match one of these patterns; a change elsewhere is refused:', scope),
  ].filter((text) => text !== '');
  return sections.length === 0 ? '' : `\n\n---\n\n${sections.join('\n\n')}\n`;
}

function section(head: string, lines: readonly string[] | undefined): string {
  return lines === undefined || lines.length === 0
    ? ''
    : `${head}\n\n${lines.map((line) => `- ${line.trim().replaceAll('\n', '\n  ')}`).join('\n')}`;
}
