import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { zstdDecompressSync } from 'node:zlib';
import { anthropic } from './anthropic.ts';
import { geminiAt } from './gemini.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiResponses } from './openai-responses.ts';
import { type Given, type Move, nextMove, type Script, type Usage, usageOf } from './script.ts';
import type { Wire } from './wire.ts';

/** One request to a model, as it was served. `usage` is null when no answer was given, or not to its end. */
export interface Served {
  path: string;
  model: string;
  status: number;
  usage: Usage | null;
  /** The answer was cut mid-way. */
  cut: boolean;
  /** What a cut answer had told of its usage before the cut; a provider would charge for it. */
  begun: Usage | null;
  /** The prompts of the conversation so far, exactly as they arrived; null for a side call. */
  prompts: string[] | null;
  results: number;
  tools: string[];
  body: unknown;
}

/** Sums over the answers that were given to their end. */
export type Totals = Omit<Usage, 'reasoning'> & { requests: number };

export interface ModelServer {
  /** `http://127.0.0.1:PORT`, without a path. */
  url: string;
  requests: Served[];
  /** Totals by model name. */
  served(): Record<string, Totals>;
  close(): Promise<void>;
}

const WIRES: Record<string, Wire> = {
  '/v1/messages': anthropic,
  '/v1/responses': openaiResponses,
  '/v1/chat/completions': openaiChat,
};
const MODELS = ['scripted-model'];
const CUT_AFTER_MS = 200;
const NO_KEY: Move = { kind: 'status', failure: { status: 401, message: 'no API key provided' }, slow: 0 };

/** A model for agents under test: answers by script, on loopback, and remembers what it served. */
export async function startModelServer(options: {
  scripts: Script[];
  port?: number;
  /** Answers 401 to a request without a key. */
  needsKey?: boolean;
}): Promise<ModelServer> {
  const requests: Served[] = [];
  const given: Given = new Map();
  const stopped = new AbortController();
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (stopped.signal.aborted) return;
      if (!response.headersSent) response.writeHead(500);
      response.end(`model server: ${String(error)}`);
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (request.method === 'GET' && path === '/v1/models') return json(response, 200, modelList());
    const raw = await bodyOf(request);
    if (path === '/v1/messages/count_tokens') return json(response, 200, { input_tokens: 1000 });
    const wire = WIRES[path] ?? geminiAt(path);
    if (!wire || request.method !== 'POST') return json(response, 404, { error: { message: 'not found' } });
    const body: unknown = JSON.parse(raw);
    const conversation = wire.read(body);
    const { model, prompts, results, tools, stream } = conversation;
    const refused = options.needsKey === true && !hasKey(request);
    const move = refused ? NO_KEY : nextMove(options.scripts, conversation, given);
    const record: Served = {
      path,
      model,
      status: 200,
      usage: null,
      cut: false,
      begun: null,
      prompts,
      results,
      tools,
      body,
    };
    requests.push(record);
    if (move.slow > 0) await delay(move.slow, undefined, { signal: stopped.signal, ref: false });
    if (move.kind === 'status') {
      record.status = move.failure.status;
      const { retryAfter, headers } = move.failure;
      const all = { ...headers, ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }) };
      return json(response, record.status, wire.error(move.failure), all);
    }
    const usage = usageOf(move.answer);
    record.cut = move.kind === 'cut';
    if (!stream) {
      const whole = JSON.stringify(wire.whole(move.answer, conversation, usage));
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(whole),
      });
      if (record.cut) return cutOff(response, whole.slice(0, whole.length / 2));
      response.end(whole);
    } else {
      const frames = wire.frames(move.answer, conversation, usage).map(eventText);
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
      if (record.cut) record.begun = wire.announced(usage);
      if (record.cut) return cutOff(response, frames.slice(0, frames.length / 2).join(''));
      response.end(frames.join(''));
    }
    record.usage = usage;
  }

  await new Promise<void>((done) => server.listen(options.port ?? 0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    served: () => totalsOf(requests),
    close: () => {
      stopped.abort();
      return new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      });
    },
  };
}

function totalsOf(requests: Served[]): Record<string, Totals> {
  const totals: Record<string, Totals> = {};
  for (const { model, usage } of requests) {
    if (!usage) continue;
    totals[model] ??= { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, requests: 0 };
    const total = totals[model];
    total.input += usage.input;
    total.output += usage.output;
    total.cacheRead += usage.cacheRead;
    total.cacheWrite += usage.cacheWrite;
    total.requests += 1;
  }
  return totals;
}

function hasKey({ headers }: IncomingMessage): boolean {
  const bearer = headers.authorization?.replace(/^Bearer\s*/i, '');
  return [bearer, headers['x-api-key'], headers['x-goog-api-key']].some(
    (key) => key !== undefined && key !== '',
  );
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  return (request.headers['content-encoding'] === 'zstd' ? zstdDecompressSync(bytes) : bytes).toString();
}

function json(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
}

/** The client is given time to read the start; a client that is still reading would never see it. */
function cutOff(response: ServerResponse, start: string): void {
  response.write(start, () => setTimeout(() => response.destroy(), CUT_AFTER_MS).unref());
}

function eventText(frame: { type?: string }): string {
  const name = frame.type === undefined ? '' : `event: ${frame.type}\n`;
  return `${name}data: ${JSON.stringify(frame)}\n\n`;
}

function modelList() {
  return {
    object: 'list',
    data: MODELS.map((id) => ({ id, object: 'model', type: 'model' })),
    has_more: false,
  };
}
