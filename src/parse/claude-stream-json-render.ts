import { oneLine } from '../base/text.ts';
import { isToDoList } from './claude-stream-json-dialect.ts';
import { resultFigures } from './claude-stream-json-usage.ts';
import { countOf, dollarsOf, nameOf, objectOf, objectsOf, textOf } from './field.ts';
import { JsonRenderer } from './json-renderer.ts';
import { inputBrief, type Label, paragraph, tokensBrief } from './render-line.ts';
import { progressByStatus } from './to-do.ts';

type Event = Record<string, unknown>;

const labels: Record<string, Label> = {
  Read: 'read',
  Glob: 'read',
  Grep: 'read',
  LS: 'read',
  NotebookRead: 'read',
  Edit: 'edit',
  MultiEdit: 'edit',
  Write: 'edit',
  NotebookEdit: 'edit',
  Bash: 'run',
  read_file: 'read',
  list_directory: 'read',
  glob: 'read',
  grep_search: 'read',
  write_file: 'edit',
  edit: 'edit',
  notebook_edit: 'edit',
  run_shell_command: 'run',
};

/** What a `claude-stream-json` stream tells, for people. */
export class ClaudeStreamJsonRenderer extends JsonRenderer {
  #lastText = '';
  #lastDenial = '';

  protected override event(event: Event): void {
    if (event.type === 'system') this.#system(event);
    if (event.type === 'assistant') this.#assistant(event);
    if (event.type === 'user') this.#results(event);
    if (event.type === 'result') this.#result(event);
  }

  #system(event: Event): void {
    if (event.subtype === 'init') {
      this.line(
        'start',
        `${nameOf(event.model) ?? 'unknown model'}, session ${nameOf(event.session_id) ?? 'unknown'}`,
      );
    }
    if (event.subtype === 'api_retry') {
      const attempt = `${countOf(event.attempt) ?? '?'} of ${countOf(event.max_retries) ?? '?'}`;
      const status = countOf(event.error_status);
      const why = [status === undefined ? [] : `status ${status}`, nameOf(event.error) ?? []]
        .flat()
        .join(' ');
      this.line('retry', `${attempt}: ${why}`);
    }
    if (event.subtype === 'permission_denied') {
      this.#lastDenial = nameOf(event.message) ?? '';
      this.line('denied', `${nameOf(event.tool_name) ?? ''} ${this.#lastDenial}`.trim());
    }
  }

  #assistant(event: Event): void {
    const message = objectOf(event.message);
    for (const block of objectsOf(message.content)) {
      const text = block.type === 'text' ? (textOf(block.text) ?? '') : '';
      // A sub-agent's prose and the tool's own error texts: the first is noise, the second comes again as the result.
      if (text.trim() !== '' && event.parent_tool_use_id == null && message.model !== '<synthetic>') {
        this.#lastText = text;
        this.lines(paragraph(text));
      }
      if (block.type === 'tool_use') this.#use(nameOf(block.name) ?? 'a tool', block.input);
    }
  }

  #use(name: string, input: unknown): void {
    const fields = objectOf(input);
    if (isToDoList(name)) {
      this.plan(progressByStatus(fields.todos, 'activeForm', 'content'));
    } else if (name === 'AskUserQuestion') {
      for (const { question } of objectsOf(fields.questions, 20)) this.line('ask', nameOf(question) ?? '');
    } else {
      const label = Object.hasOwn(labels, name) ? labels[name] : undefined;
      const brief = inputBrief(input) ?? '';
      this.line(label ?? 'use', label === undefined ? `${name} ${brief}` : brief);
    }
  }

  #results(event: Event): void {
    for (const block of objectsOf(objectOf(event.message).content)) {
      if (block.type !== 'tool_result' || block.is_error !== true) continue;
      const parts = objectsOf(block.content).map((part) => textOf(part.text, 2000) ?? '');
      const text = oneLine(
        (textOf(block.content, 2000) ?? parts.join(' ')).replace(/<\/?tool_use_error>/g, ''),
        500,
      );
      if (text !== oneLine(this.#lastDenial, 500)) this.line('error', text);
    }
  }

  #result(event: Event): void {
    const text = textOf(event.result) ?? '';
    const errors = Array.isArray(event.errors)
      ? event.errors.slice(0, 5).flatMap((one) => nameOf(one) ?? [])
      : [];
    if (event.is_error !== false)
      this.line('error', text || errors.join('; ') || (nameOf(event.subtype) ?? 'unknown'));
    else if (text !== '' && text !== this.#lastText) this.lines(paragraph(text));
    const figures = resultFigures(event, '');
    const turns = countOf(event.num_turns);
    const seconds = countOf(event.duration_ms);
    const usd = figures?.usd ?? dollarsOf(event.total_cost_usd);
    const facts = [
      turns === undefined ? [] : `${turns} turns`,
      seconds === undefined ? [] : `${(seconds / 1000).toFixed(1)} s`,
      figures === undefined ? [] : tokensBrief(figures.tokens.total),
      usd === undefined || usd === null ? [] : `$${usd.toFixed(4)}`,
    ];
    this.line('end', facts.flat().join(', '));
  }
}
