import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { Answer, Conversation, Usage } from './script.ts';
import type { Wire } from './wire.ts';

interface Part {
  text?: string;
  functionResponse?: unknown;
  functionCall?: unknown;
}
interface Body {
  contents: { role?: string; parts?: Part[] }[];
  tools?: { functionDeclarations?: { name: string }[] }[];
  systemInstruction?: { parts?: Part[] };
}

/** Context that Gemini CLI puts into user messages beside the prompt. */
const CONTEXT = /^\s*<(session_context|hook_context)>.*/s;
const PATH = /^\/v1(?:beta)?\/models\/([^/:]+):(generateContent|streamGenerateContent)$/;

const STATUS_NAMES: Record<number, string> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
};

/** Gemini's generateContent, streaming and not; undefined for any other path. Model and method stand in the path. */
export function geminiAt(path: string): Wire | undefined {
  const [, model, method] = PATH.exec(path) ?? [];
  return model === undefined ? undefined : gemini(decodeURIComponent(model), method !== 'generateContent');
}

function gemini(model: string, stream: boolean): Wire {
  return {
    read(raw) {
      const body = raw as Body;
      const tools = (body.tools ?? [])
        .flatMap((one) => one.functionDeclarations ?? [])
        .map(({ name }) => name);
      const prompts: string[] = [];
      let results = 0;
      for (const { role, parts = [] } of body.contents) {
        if (role === 'model') continue;
        const responses = parts.filter((part) => part.functionResponse !== undefined).length;
        const said = parts.flatMap(({ text }) => (text === undefined || CONTEXT.test(text) ? [] : text));
        results += responses;
        if (responses > 0 || said.length === 0) continue;
        prompts.push(said.join('\n'));
        results = 0;
      }
      return {
        model,
        stream,
        prompts: tools.length === 0 ? null : prompts,
        results,
        cwd: workingFolder(body),
        tools,
      };
    },

    frames(answer, conversation, usage) {
      const part = partOf(answer, conversation);
      if (part.text === undefined) return frames([response(model, [part], usage, 'STOP')]);
      const texts = pieces(part.text);
      const chunks = texts.map((text, index) => {
        const last = index === texts.length - 1;
        return response(model, [{ text }], last ? usage : announced(usage), last ? 'STOP' : undefined);
      });
      return frames(chunks);
    },

    announced,

    whole: (answer, conversation, usage) => response(model, [partOf(answer, conversation)], usage, 'STOP'),

    error({ status, type, message, fields }) {
      const name = type ?? STATUS_NAMES[status] ?? 'UNKNOWN';
      return { error: { code: status, message: message ?? `scripted ${status}`, status: name, ...fields } };
    },
  };
}

/** Every chunk of a stream counts the input whole and the output so far. */
function announced(usage: Usage): Usage {
  return { ...usage, output: 1, reasoning: 0 };
}

/** This wire's events have no name. */
function frames(chunks: unknown[]): { type?: string }[] {
  return chunks as { type?: string }[];
}

function partOf(answer: Answer, { cwd }: Conversation): Part {
  if ('text' in answer) return { text: answer.text };
  const call = (name: string, args: unknown): Part => ({ functionCall: { id: randomUUID(), name, args } });
  if (answer.tool === 'call') return call(answer.name, answer.input);
  if (answer.tool === 'write') {
    return call('write_file', { file_path: resolve(cwd, answer.path), content: answer.content });
  }
  return call('run_shell_command', { command: answer.command, description: 'Scripted command' });
}

function response(modelVersion: string, parts: Part[], usage: Usage, finishReason: string | undefined) {
  const candidate = { content: { role: 'model', parts }, index: 0, ...(finishReason && { finishReason }) };
  return {
    candidates: [candidate],
    usageMetadata: usageFields(usage),
    modelVersion,
    responseId: randomUUID(),
  };
}

/** On this wire `promptTokenCount` includes the cache, and `candidatesTokenCount` leaves out what was thought. */
function usageFields({ input, output, cacheRead, cacheWrite, reasoning }: Usage) {
  const prompt = input + cacheRead + cacheWrite;
  return {
    promptTokenCount: prompt,
    cachedContentTokenCount: cacheRead,
    candidatesTokenCount: output - reasoning,
    thoughtsTokenCount: reasoning,
    totalTokenCount: prompt + output,
  };
}

function workingFolder({ contents, systemInstruction }: Body): string {
  const parts = [...(systemInstruction?.parts ?? []), ...contents.flatMap((one) => one.parts ?? [])];
  for (const { text } of parts) {
    const found =
      /Workspace Directories:\*{0,2}\s*- (.+)|working in the (?:following )?director(?:y|ies):\s*-? ?(.+)/.exec(
        text ?? '',
      );
    const folder = found?.[1] ?? found?.[2];
    if (folder) return folder.trim();
  }
  return '/';
}

function pieces(text: string): string[] {
  const points = [...text];
  const size = Math.max(1, Math.ceil(points.length / 3));
  const found: string[] = [];
  for (let at = 0; at < points.length; at += size) found.push(points.slice(at, at + size).join(''));
  return found;
}
