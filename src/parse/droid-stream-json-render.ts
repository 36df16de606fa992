import { toDos, usageOf } from './droid-stream-json.ts';
import { countOf, nameOf, objectOf, textOf } from './field.ts';
import { JsonRenderer } from './json-renderer.ts';
import { inputBrief, type Label, paragraph, tokensBrief } from './render-line.ts';

type Event = Record<string, unknown>;

const labels: Record<string, Label> = {
  Read: 'read',
  LS: 'read',
  Glob: 'read',
  Grep: 'read',
  Create: 'edit',
  Edit: 'edit',
  MultiEdit: 'edit',
  ApplyPatch: 'edit',
  Execute: 'run',
};

/** What a `droid-stream-json` stream tells, for people. */
export class DroidStreamJsonRenderer extends JsonRenderer {
  #lastText = '';

  protected override event(event: Event): void {
    switch (event.type) {
      case 'system':
        if (event.subtype === 'init') {
          const session = nameOf(event.session_id) ?? 'unknown';
          this.line('start', `${nameOf(event.model) ?? 'unknown model'}, session ${session}`);
        }
        break;
      case 'message':
        if (event.role === 'assistant') this.#say(textOf(event.text) ?? '');
        break;
      case 'tool_call':
        this.#call(nameOf(event.toolName) ?? 'a tool', objectOf(event.parameters));
        break;
      case 'tool_result':
        if (event.isError === true) this.#error(textOf(objectOf(event.error).message, 2000) ?? '');
        break;
      case 'error':
        this.#error(textOf(event.message, 2000) ?? '');
        break;
      case 'completion':
        this.#complete(event);
        break;
    }
  }

  #say(text: string): void {
    if (text.trim() === '' || text === this.#lastText) return;
    this.#lastText = text;
    this.lines(paragraph(text));
  }

  #call(tool: string, input: Event): void {
    const label = Object.hasOwn(labels, tool) ? labels[tool] : undefined;
    if (tool === 'TodoWrite' && this.plan(toDos(input.todos))) return;
    if (tool === 'AskUser') this.line('ask', nameOf(input.questionnaire) ?? '');
    else this.line(label ?? 'use', `${label === undefined ? `${tool} ` : ''}${inputBrief(input) ?? ''}`);
  }

  /** A refusal that ends the run comes three times: as a result, as prose and as an error. */
  #error(text: string): void {
    const said = text.replace(/^Error: /, '');
    if (said === this.#lastText || (said === 'Exec failed' && this.#lastText !== '')) return;
    this.#lastText = said;
    this.line(/is not permitted in this|insufficient permission/i.test(said) ? 'denied' : 'error', said);
  }

  #complete(event: Event): void {
    this.#say(textOf(event.finalText) ?? '');
    const [turns, milliseconds] = [countOf(event.numTurns), countOf(event.durationMs)];
    const usage = usageOf(event.usage);
    const facts = [
      turns === undefined ? [] : `${turns} turns`,
      milliseconds === undefined ? [] : `${(milliseconds / 1000).toFixed(1)} s`,
      usage === undefined ? [] : tokensBrief(usage),
    ];
    this.line('end', facts.flat().join(', '));
  }
}
