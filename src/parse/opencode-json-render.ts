import { addUsage } from '../model/cost-sums.ts';
import type { Usage } from '../model/usage.ts';
import { dollarsOf, nameOf, objectOf, objectsOf, textOf } from './field.ts';
import { JsonRenderer } from './json-renderer.ts';
import { DENIED, errorOf, TOO_LONG, toDos, usageOf } from './opencode-json.ts';
import { inputBrief, type Label, paragraph, tokensBrief } from './render-line.ts';

type Event = Record<string, unknown>;

const labels: Record<string, Label> = {
  read: 'read',
  list: 'read',
  glob: 'read',
  grep: 'read',
  write: 'edit',
  edit: 'edit',
  multiedit: 'edit',
  patch: 'edit',
  apply_patch: 'edit',
  bash: 'run',
};

/** What an `opencode-json` stream tells, for people. */
export class OpencodeJsonRenderer extends JsonRenderer {
  #started = false;
  #summing = false;
  #usage: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  #usd = 0;

  protected override event(event: Event): void {
    const part = objectOf(event.part);
    if (!this.#started && event.sessionID !== undefined) {
      this.#started = true;
      this.line('start', `session ${nameOf(event.sessionID) ?? 'unknown'}`);
    }
    switch (event.type) {
      case 'text':
        if (part.synthetic !== true) this.lines(paragraph(textOf(part.text) ?? ''));
        break;
      case 'tool_use':
        this.#tool(nameOf(part.tool) ?? 'a tool', objectOf(part.state));
        break;
      case 'step_finish':
        this.#finish(part);
        break;
      case 'error':
        this.#summing = objectOf(event.error).name === TOO_LONG;
        this.line(this.#summing ? 'retry' : 'error', errorOf(objectOf(event.error)).message);
        break;
    }
  }

  #tool(tool: string, state: Event): void {
    const input = objectOf(state.input);
    const label = Object.hasOwn(labels, tool) ? labels[tool] : undefined;
    if (tool === 'todowrite' && this.plan(toDos(input.todos))) return;
    if (tool === 'question') {
      for (const { question } of objectsOf(input.questions, 20)) this.line('ask', nameOf(question) ?? '');
    } else this.line(label ?? 'use', `${label === undefined ? `${tool} ` : ''}${inputBrief(input) ?? ''}`);
    if (state.status !== 'error') return;
    const text = textOf(state.error, 2000) ?? '';
    this.line(DENIED.test(text) ? 'denied' : 'error', text);
  }

  /** There is no event for the end of the run: its last step is. */
  #finish(part: Event): void {
    const usage = usageOf(part.tokens);
    if (usage !== undefined) this.#usage = addUsage(this.#usage, usage);
    this.#usd += dollarsOf(part.cost) ?? 0;
    const summed = this.#summing;
    this.#summing = false;
    if (summed || part.reason === 'tool-calls') return;
    const price = this.#usd > 0 ? `, $${this.#usd.toFixed(4)}` : '';
    this.line('end', `${tokensBrief(this.#usage)}${price}`);
  }
}
