import type { Format } from '../model/words.ts';
import { ClaudeStreamJsonParser } from './claude-stream-json.ts';
import { ClaudeStreamJsonRenderer } from './claude-stream-json-render.ts';
import { CodexJsonlParser } from './codex-jsonl.ts';
import { CodexJsonlRenderer } from './codex-jsonl-render.ts';
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
  'cursor-stream-json': plain,
  'droid-stream-json': plain,
  'opencode-json': plain,
  'gemini-stream-json': plain,
  'aider-text': plain,
  plain,
};

/** How a tool's output in this format is read and shown. */
export function formatOf(format: Format): FormatEntry {
  return formats[format];
}
