import { afterEach, expect, test } from 'vitest';
import type { Turn } from './script.ts';
import { type ModelServer, startModelServer } from './server.ts';

let server: ModelServer;
afterEach(() => server.close());

const usage = { input: 10, output: 5, cacheRead: 3, cacheWrite: 2, reasoning: 1 };

async function ask(turns: Turn[], body: object): Promise<Response> {
  server = await startModelServer({ scripts: [{ turns }] });
  return fetch(`${server.url}/v1/chat/completions`, { method: 'POST', body: JSON.stringify(body) });
}

function request(stream: boolean, tools: string[] = ['Create', 'Execute']) {
  return {
    model: 'm',
    stream,
    tools: tools.map((name) => ({ type: 'function', function: { name } })),
    messages: [
      { role: 'system', content: 'Current directory:\n% pwd\n/work/place\n' },
      {
        role: 'user',
        content: [
          { type: 'text', text: '<system-reminder>\nbe good\n</system-reminder>' },
          { type: 'text', text: 'hi' },
        ],
      },
    ],
  };
}

async function framesOf(reply: Response): Promise<{ choices: { delta: Delta }[]; usage?: unknown }[]> {
  const text = await reply.text();
  return text
    .trim()
    .split('\n\n')
    .map((frame) => JSON.parse(frame.replace(/^data: /, '')));
}
interface Delta {
  content?: string;
  tool_calls?: { function: { name?: string; arguments: string } }[];
}

test('a stream ends with its usage: the prompt with the cache, the completion with reasoning', async () => {
  const frames = await framesOf(await ask([{ text: 'hello', usage }], request(true)));
  expect(frames.flatMap(({ choices }) => choices[0]?.delta.content ?? []).join('')).toBe('hello');
  expect(frames.at(-1)?.usage).toMatchObject({
    prompt_tokens: 15,
    completion_tokens: 5,
    prompt_tokens_details: { cached_tokens: 3 },
    completion_tokens_details: { reasoning_tokens: 1 },
  });
  expect(server.served()).toEqual({ m: { input: 10, output: 5, cacheRead: 3, cacheWrite: 2, requests: 1 } });
  expect(server.requests[0]).toMatchObject({ prompts: ['hi'], status: 200, tools: ['Create', 'Execute'] });
});

test.each([
  ['Create', { file_path: '/work/place/a.txt', content: 'x' }],
  ['create', { path: '/work/place/a.txt', file_text: 'x' }],
  ['write', { filePath: '/work/place/a.txt', content: 'x' }],
  ['write_file', { file_path: '/work/place/a.txt', content: 'x' }],
])('a write is a call of the tool %s where the agent offers it, in its folder', async (name, input) => {
  const turn: Turn = { tool: 'write', path: 'a.txt', content: 'x' };
  const frames = await framesOf(await ask([turn], request(true, [name, 'other'])));
  const calls = frames.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? []);
  expect(calls[0]?.function.name).toBe(name);
  expect(JSON.parse(calls.map((call) => call.function.arguments).join(''))).toEqual(input);
});

test('an answer that is not streamed is whole, an error has its status and words', async () => {
  const whole = await ask([{ text: 'hello', usage }], request(false));
  expect(await whole.json()).toMatchObject({
    object: 'chat.completion',
    choices: [{ message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }],
    usage: { total_tokens: 20 },
  });
  await server.close();
  const failed = await ask([{ status: 429, message: 'slow down' }], request(true));
  expect(failed.status).toBe(429);
  expect(await failed.json()).toMatchObject({ error: { type: 'rate_limit_exceeded', message: 'slow down' } });
});

test('a request without tools is a side call and uses up no turn', async () => {
  await (await ask([{ text: 'hello' }], { ...request(true), tools: [] })).text();
  expect(server.requests[0]?.prompts).toBeNull();
});
