import { toDos } from './codex-jsonl.ts';
import { countOf, nameOf, objectOf, objectsOf, textOf } from './field.ts';
import { JsonRenderer } from './json-renderer.ts';
import { inputBrief, paragraph } from './render-line.ts';

type Event = Record<string, unknown>;

/** What a `codex-jsonl` stream tells, for people. */
export class CodexJsonlRenderer extends JsonRenderer {
  #lastTrouble = '';

  protected override event(event: Event): void {
    const item = objectOf(event.item);
    switch (event.type) {
      case 'thread.started':
        this.line('start', `session ${nameOf(event.thread_id) ?? 'unknown'}`);
        break;
      case 'item.started':
        this.#started(item);
        break;
      case 'item.updated':
        if (item.type === 'todo_list') this.plan(toDos(item));
        break;
      case 'item.completed':
        this.#completed(item);
        break;
      case 'error':
        this.#trouble(nameOf(event.message) ?? '');
        break;
      case 'turn.failed':
        this.#trouble(nameOf(objectOf(event.error).message) ?? 'the turn failed');
        break;
      case 'turn.completed':
        this.#ended(objectOf(event.usage));
        break;
    }
  }

  /** The last error comes twice: as an event of its own, and as the reason the turn failed. */
  #trouble(text: string): void {
    if (text !== this.#lastTrouble) this.line(text.startsWith('Reconnecting') ? 'retry' : 'error', text);
    this.#lastTrouble = text;
  }

  #started(item: Event): void {
    if (item.type === 'command_execution') this.line('run', textOf(item.command, 2000) ?? '');
    if (item.type === 'todo_list') this.plan(toDos(item));
    if (item.type === 'mcp_tool_call') {
      this.line(
        'use',
        `${nameOf(item.server) ?? ''} ${nameOf(item.tool) ?? ''} ${inputBrief(item.arguments) ?? ''}`,
      );
    }
    if (item.type === 'web_search') this.line('use', `web search ${nameOf(item.query) ?? ''}`);
  }

  #completed(item: Event): void {
    if (item.type === 'agent_message') this.lines(paragraph(textOf(item.text) ?? ''));
    if (item.type === 'todo_list') this.plan(toDos(item));
    if (item.type === 'error') this.line('error', nameOf(item.message) ?? '');
    if (item.type === 'file_change') {
      for (const change of objectsOf(item.changes, 100)) {
        this.line('edit', `${nameOf(change.path) ?? ''} (${nameOf(change.kind) ?? 'change'})`);
      }
    }
    if (item.status === 'declined') this.line('denied', nameOf(item.command) ?? nameOf(item.type) ?? '');
    else if (item.status === 'failed') this.line('error', failureOf(item));
  }

  #ended(usage: Event): void {
    const [input, output] = [countOf(usage.input_tokens), countOf(usage.output_tokens)];
    const known = input !== undefined && output !== undefined;
    const counts = known
      ? `${input.toLocaleString('en-US')} tokens in, ${output.toLocaleString('en-US')} out so far`
      : '';
    this.line('end', counts);
  }
}

function failureOf(item: Event): string {
  const exit = typeof item.exit_code === 'number' ? `exit ${item.exit_code}: ` : '';
  const output = textOf(
    typeof item.aggregated_output === 'string' ? item.aggregated_output.slice(-2000) : undefined,
  );
  const last = output?.trim().split('\n').at(-1) ?? '';
  return `${exit}${last || nameOf(objectOf(item.error).message) || nameOf(item.type) || 'failed'}`;
}
