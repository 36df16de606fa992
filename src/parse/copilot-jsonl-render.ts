import { metricsTokens, refusalOf } from './copilot-jsonl.ts';
import { countOf, nameOf, objectOf, textOf } from './field.ts';
import { JsonRenderer } from './json-renderer.ts';
import { inputBrief, type Label, paragraph, tokensBrief } from './render-line.ts';

type Event = Record<string, unknown>;

const labels: Record<string, Label> = {
  view: 'read',
  grep: 'read',
  glob: 'read',
  create: 'edit',
  edit: 'edit',
  apply_patch: 'edit',
  bash: 'run',
};

/** What a `copilot-jsonl` stream tells, for people. */
export class CopilotJsonlRenderer extends JsonRenderer {
  #started = false;

  protected override event(event: Event): void {
    const data = objectOf(event.data);
    switch (event.type) {
      case 'session.tools_updated':
        if (!this.#started) this.line('start', nameOf(data.model) ?? 'unknown model');
        this.#started = true;
        break;
      case 'assistant.message':
        this.#say(data);
        break;
      case 'assistant.turn_retry':
        this.line('retry', nameOf(data.reason) ?? '');
        break;
      case 'session.error':
        this.line('error', textOf(data.message, 2000) ?? '');
        break;
      case 'user_input.requested':
        this.line('ask', textOf(data.question, 2000) ?? '');
        break;
      case 'tool.execution_start':
        this.#use(nameOf(data.toolName) ?? 'a tool', data.arguments);
        break;
      case 'tool.execution_complete':
        if (data.success === false) this.#failed(data);
        break;
      case 'result':
        this.#ended(event);
        break;
      case 'usage_output_file':
        this.#count(data);
        break;
    }
  }

  /** What helpers say is for the model that asked them. */
  #say(data: Event): void {
    const text = textOf(data.content) ?? '';
    if (text.trim() !== '' && typeof data.parentToolCallId !== 'string') this.lines(paragraph(text));
  }

  #use(tool: string, input: unknown): void {
    const label = Object.hasOwn(labels, tool) ? labels[tool] : undefined;
    this.line(label ?? 'use', `${label === undefined ? `${tool} ` : ''}${inputBrief(input) ?? ''}`);
  }

  #failed(data: Event): void {
    const refused = refusalOf(data);
    this.line(
      refused === undefined ? 'error' : 'denied',
      refused ?? textOf(objectOf(data.error).message, 2000) ?? '',
    );
  }

  #ended(event: Event): void {
    const milliseconds = countOf(objectOf(event.usage).sessionDurationMs);
    const facts = [
      `session ${nameOf(event.sessionId) ?? 'unknown'}`,
      milliseconds === undefined ? [] : `${(milliseconds / 1000).toFixed(1)} s`,
    ];
    this.line('end', facts.flat().join(', '));
  }

  #count(data: Event): void {
    const tokens = metricsTokens(data.modelMetrics);
    if (tokens !== undefined) this.line('end', `${tokensBrief(tokens.total)} so far`);
  }
}
