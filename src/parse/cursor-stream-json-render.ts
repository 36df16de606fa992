import { refusalOf, toDos, toolCalls, usageOf } from './cursor-stream-json.ts';
import { nameOf, objectOf, objectsOf, textOf } from './field.ts';
import { JsonRenderer } from './json-renderer.ts';
import { inputBrief, type Label, paragraph, tokensBrief } from './render-line.ts';

type Event = Record<string, unknown>;

const labels: Record<string, Label> = {
  read: 'read',
  ls: 'read',
  glob: 'read',
  grep: 'read',
  semSearch: 'read',
  edit: 'edit',
  write: 'edit',
  delete: 'edit',
  shell: 'run',
};

/** What a `cursor-stream-json` stream tells, for people. */
export class CursorStreamJsonRenderer extends JsonRenderer {
  #lastText = '';

  protected override event(event: Event): void {
    if (event.type === 'system' && event.subtype === 'init') {
      const session = nameOf(event.session_id) ?? 'unknown';
      this.line('start', `${nameOf(event.model) ?? 'unknown model'}, session ${session}`);
    }
    if (event.type === 'assistant') this.#assistant(objectOf(event.message));
    if (event.type === 'tool_call') this.#call(event);
    if (event.type === 'result') this.#result(event);
  }

  #assistant(message: Event): void {
    const text = objectsOf(message.content)
      .map((block) => (block.type === 'text' ? (textOf(block.text) ?? '') : ''))
      .join('');
    if (text.trim() === '') return;
    this.#lastText = text.trim();
    this.lines(paragraph(this.#lastText));
  }

  #call(event: Event): void {
    for (const [name, value] of toolCalls(event)) {
      const { args, result } = objectOf(value);
      if (name === 'updateTodos') this.plan(toDos(args, result));
      else if (event.subtype === 'started') this.#started(name, args);
      else this.#ended(name, args, result);
    }
  }

  #started(name: string, args: unknown): void {
    const label = Object.hasOwn(labels, name) ? labels[name] : undefined;
    const brief = inputBrief(args) ?? '';
    this.line(label ?? 'use', label === undefined ? `${name} ${brief}` : brief);
  }

  #ended(name: string, args: unknown, result: unknown): void {
    const refused = refusalOf(result);
    if (refused !== undefined)
      this.line('denied', `${name} ${inputBrief(args) ?? inputBrief(refused) ?? ''}`);
    const { success, failure, error } = objectOf(result);
    const exit = objectOf(failure ?? success).exitCode;
    if (typeof exit === 'number' && exit !== 0)
      this.line('error', `exit ${exit}: ${inputBrief(args) ?? name}`);
    else if (error !== undefined)
      this.line('error', `${name}: ${inputBrief(error) ?? nameOf(error) ?? 'failed'}`);
  }

  #result(event: Event): void {
    const text = textOf(event.result)?.trim() ?? '';
    if (event.is_error !== false || event.subtype !== 'success') this.line('error', text || 'failed');
    else if (this.#lastText === '' || !text.endsWith(this.#lastText)) this.lines(paragraph(text));
    const usage = usageOf(event.usage);
    const seconds = typeof event.duration_ms === 'number' ? `${(event.duration_ms / 1000).toFixed(1)} s` : '';
    this.line('end', [seconds, usage === undefined ? '' : tokensBrief(usage)].filter(Boolean).join(', '));
  }
}
