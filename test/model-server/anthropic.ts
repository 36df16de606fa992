import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { Answer, Conversation, Usage } from './script.ts';
import type { Wire } from './wire.ts';

interface Block {
  type: string;
  text?: string;
}
interface Message {
  role: string;
  content: string | Block[];
}
interface Body {
  model: string;
  stream?: boolean;
  system?: string | Block[];
  messages: Message[];
  tools?: { name: string }[];
}

/** Context that Claude Code puts into user messages beside the prompt. */
const CONTEXT = /^\s*<(system-reminder|local-command-\w+|command-name|command-message|bash-\w+)>.*>\s*$/s;

const ERROR_TYPES: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

/** Anthropic Messages, streaming and not. */
export const anthropic: Wire = {
  read(raw) {
    const body = raw as Body;
    const tools = (body.tools ?? []).map((tool) => tool.name);
    const prompts: string[] = [];
    let results = 0;
    for (const message of body.messages) {
      if (message.role !== 'user') continue;
      const blocks = blocksOf(message.content);
      const count = blocks.filter((block) => block.type === 'tool_result').length;
      const prompt = blocks.filter((block) => block.type === 'text' && !CONTEXT.test(block.text ?? ''));
      results += count;
      if (count > 0 || prompt.length === 0) continue;
      prompts.push(prompt.map((block) => block.text ?? '').join('\n'));
      results = 0;
    }
    return {
      model: body.model,
      stream: body.stream === true,
      prompts: tools.length === 0 ? null : prompts,
      results,
      cwd: workingFolder(body),
      tools,
    };
  },

  frames(answer, conversation, usage) {
    const block = blockOf(answer, conversation);
    const head = message(conversation, [], null, announced(usage));
    const frames: unknown[] = [{ type: 'message_start', message: head }];
    if (block.type === 'text') {
      frames.push({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } });
      for (const text of pieces(block.text)) {
        frames.push({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } });
      }
    } else {
      frames.push({ type: 'content_block_start', index: 0, content_block: { ...block, input: {} } });
      for (const json of pieces(JSON.stringify(block.input))) {
        const delta = { type: 'input_json_delta', partial_json: json };
        frames.push({ type: 'content_block_delta', index: 0, delta });
      }
    }
    frames.push(
      { type: 'content_block_stop', index: 0 },
      {
        type: 'message_delta',
        delta: { stop_reason: stopReason(block), stop_sequence: null },
        usage: usageFields(usage),
      },
      { type: 'message_stop' },
    );
    return frames as { type: string }[];
  },

  announced,

  whole(answer, conversation, usage) {
    const block = blockOf(answer, conversation);
    return message(conversation, [block], stopReason(block), usage);
  },

  error(failure) {
    const type = failure.type ?? ERROR_TYPES[failure.status] ?? 'api_error';
    const text = failure.message ?? `scripted ${failure.status}`;
    return {
      type: 'error',
      error: { type, message: text, ...failure.fields },
      request_id: `req_${randomUUID()}`,
    };
  },
};

type AnswerBlock =
  | { type: 'text'; text: string }
  | { type: 'tool_use'; id: string; name: string; input: unknown };

function blockOf(answer: Answer, { cwd }: Conversation): AnswerBlock {
  if ('text' in answer) return { type: 'text', text: answer.text };
  const call = (name: string, input: unknown): AnswerBlock => ({
    type: 'tool_use',
    id: `toolu_${randomUUID().replaceAll('-', '')}`,
    name,
    input,
  });
  if (answer.tool === 'call') return call(answer.name, answer.input);
  if (answer.tool === 'write') {
    return call('Write', { file_path: resolve(cwd, answer.path), content: answer.content });
  }
  const { command, timeout } = answer;
  return call('Bash', { command, description: 'Scripted command', ...(timeout && { timeout }) });
}

function announced(usage: Usage): Usage {
  return { ...usage, output: 1, reasoning: 0 };
}

function message({ model }: Conversation, content: AnswerBlock[], stop: string | null, usage: Usage) {
  return {
    id: `msg_${randomUUID().replaceAll('-', '')}`,
    type: 'message',
    role: 'assistant',
    model,
    content,
    stop_reason: stop,
    stop_sequence: null,
    usage: usageFields(usage),
  };
}

function usageFields(usage: Usage) {
  return {
    input_tokens: usage.input,
    cache_creation_input_tokens: usage.cacheWrite,
    cache_read_input_tokens: usage.cacheRead,
    cache_creation: { ephemeral_5m_input_tokens: usage.cacheWrite, ephemeral_1h_input_tokens: 0 },
    output_tokens: usage.output,
    service_tier: 'standard',
  };
}

function stopReason(block: AnswerBlock): string {
  return block.type === 'text' ? 'end_turn' : 'tool_use';
}

function blocksOf(content: string | Block[]): Block[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

function workingFolder(body: Body): string {
  const texts = [...blocksOf(body.system ?? ''), ...body.messages.flatMap((one) => blocksOf(one.content))];
  for (const { text } of texts) {
    const found = /working directory: (.+)/i.exec(text ?? '');
    if (found?.[1]) return found[1].trim();
  }
  return '/';
}

function pieces(text: string): string[] {
  const size = Math.max(1, Math.ceil(text.length / 3));
  const points = [...text];
  const found: string[] = [];
  for (let at = 0; at < points.length; at += size) found.push(points.slice(at, at + size).join(''));
  return found;
}
