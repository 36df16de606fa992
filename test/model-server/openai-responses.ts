import { randomUUID } from 'node:crypto';
import { codexCall } from './codex-tools.ts';
import type { Answer, Conversation, Usage } from './script.ts';
import type { Wire } from './wire.ts';

interface Item {
  type?: string;
  /** On an item of type `additional_tools`. */
  tools?: Tool[];
  role?: string;
  content?: string | { type: string; text?: string }[];
}
interface Tool {
  type: string;
  name?: string;
  tools?: Tool[];
}
interface Body {
  model: string;
  stream?: boolean;
  instructions?: string;
  input: string | Item[];
  tools?: Tool[];
}

/** Context that Codex puts into user messages beside the prompt. */
const CONTEXT = /^\s*(<[a-z_]+>|# AGENTS\.md instructions)/;

/** OpenAI Responses, streaming and not. */
export const openaiResponses: Wire = {
  read(raw) {
    const body = raw as Body;
    const items = itemsOf(body.input);
    const tools = [body, ...items].flatMap((one) => toolNames(one.tools));
    const prompts: string[] = [];
    let results = 0;
    let cwd = '/';
    for (const item of items) {
      if (item.type?.endsWith('_call_output')) results += 1;
      if (item.role !== 'user') continue;
      const text = textOf(item);
      cwd = /<cwd>(.*?)<\/cwd>/.exec(text)?.[1] ?? cwd;
      if (CONTEXT.test(text)) continue;
      prompts.push(text);
      results = 0;
    }
    return {
      model: body.model,
      stream: body.stream === true,
      prompts: tools.length === 0 ? null : prompts,
      results,
      cwd,
      tools,
    };
  },

  frames(answer, conversation, usage) {
    const id = `resp_${randomUUID()}`;
    const item = itemOf(answer, conversation);
    const started = response(id, conversation, 'in_progress', []);
    const ended = response(id, conversation, 'completed', [item], usage);
    const frames: { type: string; [key: string]: unknown }[] = [
      { type: 'response.created', response: started },
      { type: 'response.in_progress', response: started },
      { type: 'response.output_item.added', output_index: 0, item: opened(item) },
      ...deltas(item),
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.completed', response: ended },
    ];
    return frames.map((frame, sequence_number) => ({ ...frame, sequence_number }));
  },

  announced: () => null,

  whole(answer, conversation, usage) {
    const item = itemOf(answer, conversation);
    return response(`resp_${randomUUID()}`, conversation, 'completed', [item], usage);
  },

  error({ status, type, message, fields }) {
    const text = message ?? `scripted ${status}`;
    return {
      error: { message: text, type: type ?? errorType(status), code: type ?? null, param: null, ...fields },
    };
  },
};

type OutputItem =
  | { type: 'message'; id: string; role: 'assistant'; status: string; content: TextPart[] }
  | { type: 'function_call'; id: string; call_id: string; name: string; arguments: string; status: string }
  | { type: 'custom_tool_call'; id: string; call_id: string; name: string; input: string; status: string };
interface TextPart {
  type: 'output_text';
  text: string;
  annotations: [];
}

function itemOf(answer: Answer, { tools }: Conversation): OutputItem {
  if ('text' in answer) {
    const content: TextPart[] = [{ type: 'output_text', text: answer.text, annotations: [] }];
    return { type: 'message', id: `msg_${randomUUID()}`, role: 'assistant', status: 'completed', content };
  }
  const { name, input } = codexCall(answer, tools);
  return typeof input === 'string' ? customCall(name, input) : functionCall(name, input);
}

function functionCall(name: string, input: unknown): OutputItem {
  const ids = { id: `fc_${randomUUID()}`, call_id: `call_${randomUUID()}` };
  return { type: 'function_call', ...ids, name, arguments: JSON.stringify(input), status: 'completed' };
}

function customCall(name: string, input: string): OutputItem {
  const ids = { id: `ctc_${randomUUID()}`, call_id: `call_${randomUUID()}` };
  return { type: 'custom_tool_call', ...ids, name, input, status: 'completed' };
}

function opened(item: OutputItem): OutputItem {
  if (item.type === 'message') return { ...item, status: 'in_progress', content: [] };
  if (item.type === 'function_call') return { ...item, status: 'in_progress', arguments: '' };
  return { ...item, status: 'in_progress', input: '' };
}

function deltas(item: OutputItem): { type: string; [key: string]: unknown }[] {
  const place = { item_id: item.id, output_index: 0 };
  if (item.type === 'function_call') {
    return [
      { type: 'response.function_call_arguments.delta', ...place, delta: item.arguments },
      { type: 'response.function_call_arguments.done', ...place, arguments: item.arguments },
    ];
  }
  if (item.type === 'custom_tool_call') {
    return [
      { type: 'response.custom_tool_call_input.delta', ...place, delta: item.input },
      { type: 'response.custom_tool_call_input.done', ...place, input: item.input },
    ];
  }
  const [part] = item.content;
  const at = { ...place, content_index: 0 };
  return [
    { type: 'response.content_part.added', ...at, part: { ...part, text: '' } },
    { type: 'response.output_text.delta', ...at, delta: part?.text },
    { type: 'response.output_text.done', ...at, text: part?.text },
    { type: 'response.content_part.done', ...at, part },
  ];
}

function response(id: string, { model }: Conversation, status: string, output: OutputItem[], usage?: Usage) {
  return { id, object: 'response', status, model, output, usage: usage ? usageFields(usage) : null };
}

/** On this wire `input_tokens` includes what was read from and written to the cache. */
function usageFields({ input, output, cacheRead, cacheWrite, reasoning }: Usage) {
  const all = input + cacheRead + cacheWrite;
  return {
    input_tokens: all,
    input_tokens_details: { cached_tokens: cacheRead, cache_write_tokens: cacheWrite },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: all + output,
  };
}

function errorType(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 429) return 'rate_limit_exceeded';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}

function toolNames(tools: Tool[] = []): string[] {
  return tools.flatMap((tool) => (tool.tools ? toolNames(tool.tools) : [tool.name ?? tool.type]));
}

function itemsOf(input: string | Item[]): Item[] {
  return typeof input === 'string' ? [{ role: 'user', content: input }] : input;
}

function textOf({ content }: Item): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map((part) => part.text ?? '').join('\n');
}
