import { countOf, nameOf, objectOf, textOf } from './field.ts';
import { toDos } from './gemini-stream-json.ts';
import { resultError } from './gemini-stream-json-error.ts';
import { statsTokens } from './gemini-stream-json-usage.ts';
import { JsonRenderer } from './json-renderer.ts';
import { inputBrief, type Label, paragraph, tokensBrief } from './render-line.ts';

type Event = Record<string, unknown>;

const LONGEST_TEXT = 262_144;

const labels: Record<string, Label> = {
  read_file: 'read',
  read_many_files: 'read',
  list_directory: 'read',
  glob: 'read',
  grep_search: 'read',
  write_file: 'edit',
  replace: 'edit',
  run_shell_command: 'run',
};

/** What a `gemini-stream-json` stream tells, for people. */
export class GeminiStreamJsonRenderer extends JsonRenderer {
  /** Prose comes in pieces of a few letters; it is shown when something else follows. */
  #text = '';

  override end(): string[] {
    const lines = super.end();
    this.#flush();
    return [...lines, ...super.end()];
  }

  protected override event(event: Event): void {
    if (event.type === 'message') {
      if (event.role === 'assistant' && this.#text.length < LONGEST_TEXT)
        this.#text += textOf(event.content) ?? '';
      return;
    }
    this.#flush();
    if (event.type === 'init') {
      const [model, session] = [nameOf(event.model), nameOf(event.session_id)];
      this.line('start', `${model ?? 'unknown model'}, session ${session ?? 'unknown'}`);
    }
    if (event.type === 'tool_use') this.#use(nameOf(event.tool_name) ?? 'a tool', event.parameters);
    if (event.type === 'tool_result' && event.status === 'error') {
      this.line('error', nameOf(objectOf(event.error).message) ?? nameOf(event.output) ?? 'the tool failed');
    }
    if (event.type === 'error') this.line('error', nameOf(event.message) ?? '');
    if (event.type === 'result') this.#result(event);
  }

  #flush(): void {
    if (this.#text.trim() !== '') this.lines(paragraph(this.#text));
    this.#text = '';
  }

  #use(name: string, parameters: unknown): void {
    if (name === 'write_todos' && this.plan(toDos(parameters))) return;
    const label = Object.hasOwn(labels, name) ? labels[name] : undefined;
    const brief = inputBrief(parameters) ?? '';
    this.line(label ?? 'use', label === undefined ? `${name} ${brief}` : brief);
  }

  #result(event: Event): void {
    if (event.status !== 'success') this.line('error', resultError(event.error, '').message);
    const tokens = statsTokens(event.stats, '');
    const duration = countOf(objectOf(event.stats).duration_ms);
    const facts = [
      duration === undefined || duration === 0 ? [] : `${(duration / 1000).toFixed(1)} s`,
      tokens === undefined ? [] : tokensBrief(tokens.total),
    ];
    this.line('end', facts.flat().join(', '));
  }
}
