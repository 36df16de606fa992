import type { Format } from '../model/words.ts';
import { AiderTextParser } from './aider-text.ts';
import { AiderTextRenderer } from './aider-text-render.ts';
import { ClaudeStreamJsonParser } from './claude-stream-json.ts';
import { ClaudeStreamJsonRenderer } from './claude-stream-json-render.ts';
import { CodexJsonlParser } from './codex-jsonl.ts';
import { CodexJsonlRenderer } from './codex-jsonl-render.ts';
import { CopilotJsonlParser } from './copilot-jsonl.ts';
import { CopilotJsonlRenderer } from './copilot-jsonl-render.ts';
import { CursorStreamJsonParser } from './cursor-stream-json.ts';
import { CursorStreamJsonRenderer } from './cursor-stream-json-render.ts';
import { DroidStreamJsonParser } from './droid-stream-json.ts';
import { DroidStreamJsonRenderer } from './droid-stream-json-render.ts';
import { GeminiStreamJsonParser } from './gemini-stream-json.ts';
import { GeminiStreamJsonRenderer } from './gemini-stream-json-render.ts';
import { OpencodeJsonParser } from './opencode-json.ts';
import { OpencodeJsonRenderer } from './opencode-json-render.ts';
import type { Parser, Renderer } from './parser.ts';
import { PlainParser, PlainRenderer } from './plain.ts';

export interface FormatEntry {
  /** `plain` where the format has no parser of its own yet: then text and exit code are all that is read. */
  readAs: Format;
  create(): Parser;
  render(): Renderer;
}

const plain: FormatEntry = {
  readAs: 'plain',
  create: () => new PlainParser(),
  render: () => new PlainRenderer(),
};

/** A new format is one file and one line here. */
const formats: Record<Format, FormatEntry> = {
  'claude-stream-json': {
    readAs: 'claude-stream-json',
    create: () => new ClaudeStreamJsonParser(),
    render: () => new ClaudeStreamJsonRenderer(),
  },
  'codex-jsonl': {
    readAs: 'codex-jsonl',
    create: () => new CodexJsonlParser(),
    render: () => new CodexJsonlRenderer(),
  },
  'cursor-stream-json': {
    readAs: 'cursor-stream-json',
    create: () => new CursorStreamJsonParser(),
    render: () => new CursorStreamJsonRenderer(),
  },
  'droid-stream-json': {
    readAs: 'droid-stream-json',
    create: () => new DroidStreamJsonParser(),
    render: () => new DroidStreamJsonRenderer(),
  },
  'opencode-json': {
    readAs: 'opencode-json',
    create: () => new OpencodeJsonParser(),
    render: () => new OpencodeJsonRenderer(),
  },
  'gemini-stream-json': {
    readAs: 'gemini-stream-json',
    create: () => new GeminiStreamJsonParser(),
    render: () => new GeminiStreamJsonRenderer(),
  },
  'copilot-jsonl': {
    readAs: 'copilot-jsonl',
    create: () => new CopilotJsonlParser(),
    render: () => new CopilotJsonlRenderer(),
  },
  'aider-text': {
    readAs: 'aider-text',
    create: () => new AiderTextParser(),
    render: () => new AiderTextRenderer(),
  },
  plain,
};

/** How a tool's output in this format is read and shown. */
export function formatOf(format: Format): FormatEntry {
  return formats[format];
}
