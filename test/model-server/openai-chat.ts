import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { Answer, Conversation, Usage } from './script.ts';
import type { Wire } from './wire.ts';

interface Part {
  type: string;
  text?: string;
}
interface Message {
  role: string;
  content?: string | Part[] | null;
}
interface Body {
  model: string;
  stream?: boolean;
  messages: Message[];
  tools?: { type: string; function?: { name: string } }[];
}

/** Context that agents put into user messages beside the prompt. */
const CONTEXT =
  /^\s*(?:This is the [\w ]+\. We are setting up the context for our chat\.|<(system-reminder|system-notification|environment_context|reminder|session_context)\b).*/s;
/** Context that an agent puts before the prompt, into the same text. */
const BEFORE = /^\s*<current_datetime>[^<]*<\/current_datetime>\s*/;

/** What a `write` and a `shell` are called by the agents that speak this wire; the first that is offered is taken. */
const WRITES: Record<string, (path: string, content: string) => unknown> = {
  Create: (file_path, content) => ({ file_path, content }),
  create: (path, file_text) => ({ path, file_text }),
  write_file: (file_path, content) => ({ file_path, content }),
  write: (filePath, content) => ({ filePath, content }),
};
const SHELLS: Record<string, (command: string, timeout: number | undefined) => unknown> = {
  Execute: (command, timeout) => ({
    command,
    summary: 'Scripted command',
    riskLevel: 'low',
    riskLevelReason: 'It is scripted',
    ...(timeout && { timeout: Math.ceil(timeout / 1000) }),
  }),
  run_shell_command: (command) => ({ command, description: 'Scripted command', is_background: false }),
  bash: (command, timeout) => ({ command, description: 'Scripted command', ...(timeout && { timeout }) }),
};

/** OpenAI Chat Completions, streaming and not. */
export const openaiChat: Wire = {
  read(raw) {
    const body = raw as Body;
    const tools = (body.tools ?? []).flatMap((tool) => tool.function?.name ?? []);
    const prompts: string[] = [];
    let results = 0;
    for (const { role, content } of body.messages) {
      if (role === 'tool') results += 1;
      if (role !== 'user') continue;
      const prompt = textsOf(content)
        .map((text) => text.replace(BEFORE, ''))
        .filter((text) => text !== '' && !CONTEXT.test(text));
      if (prompt.length === 0) continue;
      prompts.push(prompt.join('\n'));
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
    const head = chunkHead(conversation);
    const chunk = (delta: unknown, finish_reason: string | null) => ({
      ...head,
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    });
    const message = messageOf(answer, conversation);
    const deltas = message.tool_calls
      ? callDeltas(message.tool_calls[0])
      : pieces(message.content ?? '').map((content) => ({ content }));
    return [
      chunk({ role: 'assistant', content: message.tool_calls ? null : '' }, null),
      ...deltas.map((delta) => chunk(delta, null)),
      chunk({}, message.tool_calls ? 'tool_calls' : 'stop'),
      { ...head, choices: [], usage: usageFields(usage) },
    ] as { type?: string }[];
  },

  announced: () => null,

  whole(answer, conversation, usage) {
    const message = messageOf(answer, conversation);
    const finish_reason = message.tool_calls ? 'tool_calls' : 'stop';
    return {
      ...chunkHead(conversation),
      object: 'chat.completion',
      choices: [{ index: 0, message, logprobs: null, finish_reason }],
      usage: usageFields(usage),
    };
  },

  error({ status, type, message, fields }) {
    const text = message ?? `scripted ${status}`;
    return {
      error: { message: text, type: type ?? errorType(status), code: type ?? null, param: null, ...fields },
    };
  },
};

interface Call {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
}
interface AssistantMessage {
  role: 'assistant';
  content: string | null;
  tool_calls?: [Call];
}

function messageOf(answer: Answer, { cwd, tools }: Conversation): AssistantMessage {
  if ('text' in answer) return { role: 'assistant', content: answer.text };
  const call = (name: string, input: unknown): AssistantMessage => ({
    role: 'assistant',
    content: null,
    tool_calls: [
      {
        id: `call_${randomUUID().replaceAll('-', '')}`,
        type: 'function',
        function: { name, arguments: JSON.stringify(input) },
      },
    ],
  });
  if (answer.tool === 'call') return call(answer.name, answer.input);
  if (answer.tool === 'write') {
    const name = offered(WRITES, tools);
    return call(name, WRITES[name]?.(resolve(cwd, answer.path), answer.content));
  }
  const name = offered(SHELLS, tools);
  return call(name, SHELLS[name]?.(answer.command, answer.timeout));
}

/** The agent's own name for it; where none is offered the call is made all the same, and the agent refuses it. */
function offered(names: Record<string, unknown>, tools: string[]): string {
  const all = Object.keys(names);
  return all.find((name) => tools.includes(name)) ?? (all.at(-1) as string);
}

function callDeltas(call: Call): unknown[] {
  const { name, arguments: json } = call.function;
  return [
    { tool_calls: [{ ...call, index: 0, function: { name, arguments: '' } }] },
    ...pieces(json).map((part) => ({ tool_calls: [{ index: 0, function: { arguments: part } }] })),
  ];
}

function chunkHead({ model }: Conversation) {
  const id = `chatcmpl-${randomUUID().replaceAll('-', '')}`;
  return { id, object: 'chat.completion.chunk', created: Math.floor(Date.now() / 1000), model };
}

/** On this wire `prompt_tokens` includes the cache, and `completion_tokens` what was thought. */
function usageFields({ input, output, cacheRead, cacheWrite, reasoning }: Usage) {
  const prompt = input + cacheRead + cacheWrite;
  return {
    prompt_tokens: prompt,
    completion_tokens: output,
    total_tokens: prompt + output,
    prompt_tokens_details: { cached_tokens: cacheRead, cache_write_tokens: cacheWrite },
    completion_tokens_details: { reasoning_tokens: reasoning },
  };
}

function errorType(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 429) return 'rate_limit_exceeded';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}

function workingFolder({ messages }: Body): string {
  for (const text of messages.flatMap(({ content }) => textsOf(content))) {
    const found = /(?:working directory(?: is)?: |working in (?:the )?directory: |% pwd\s+)`?([^\n`]+)/i.exec(
      text,
    );
    if (found?.[1]) return found[1].trim().replace(/[.,]$/, '');
  }
  return '/';
}

function textsOf(content: Message['content']): string[] {
  if (typeof content === 'string') return [content];
  return (content ?? []).flatMap(({ text }) => text ?? []);
}

function pieces(text: string): string[] {
  const points = [...text];
  const size = Math.max(1, Math.ceil(points.length / 3));
  const found: string[] = [];
  for (let at = 0; at < points.length; at += size) found.push(points.slice(at, at + size).join(''));
  return found;
}
