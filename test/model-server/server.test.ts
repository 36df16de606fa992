import { afterEach, expect, test } from 'vitest';
import type { Turn } from './script.ts';
import { type ModelServer, startModelServer } from './server.ts';

let server: ModelServer;
afterEach(() => server.close());

const usage = { input: 10, output: 5, cacheRead: 3, cacheWrite: 2 };
const tool = { name: 'Bash' };

async function ask(turns: Turn[], path: string, body: object): Promise<Response> {
  server = await startModelServer({ scripts: [{ turns }] });
  return fetch(`${server.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
}

const messages = (stream: boolean) => ({
  model: 'm',
  stream,
  tools: [tool],
  messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
});
const responses = { model: 'm', stream: true, tools: [tool], input: [{ role: 'user', content: 'hi' }] };

test('a Messages stream ends with its usage, and the server counts the same', async () => {
  const reply = await ask([{ text: 'hello', usage }], '/v1/messages', messages(true));
  const text = await reply.text();
  expect(text).toContain('event: message_stop');
  expect(text).toContain('"cache_read_input_tokens":3');
  expect(server.served()).toEqual({ m: { input: 10, output: 5, cacheRead: 3, cacheWrite: 2, requests: 1 } });
  expect(server.requests[0]).toMatchObject({ prompts: ['hi'], status: 200, tools: ['Bash'] });
});

test('a Responses stream counts cached tokens as part of the input, as that wire does', async () => {
  const reply = await ask([{ text: 'hello', usage }], '/v1/responses', responses);
  expect(await reply.text()).toContain('"input_tokens":15,');
  expect(server.served().m).toMatchObject({ input: 10, cacheRead: 3 });
});

test('an error has the status, the wait and the words of the script', async () => {
  const turn: Turn = { status: 429, retryAfter: 7, message: 'slow down' };
  const reply = await ask([turn], '/v1/messages', messages(true));
  expect([reply.status, reply.headers.get('retry-after')]).toEqual([429, '7']);
  expect(await reply.json()).toMatchObject({ error: { type: 'rate_limit_error', message: 'slow down' } });
  expect(server.served()).toEqual({});
});

test.each([true, false])(
  'a cut answer breaks off and is not counted as served (streaming: %s)',
  async (stream) => {
    const reply = await ask([{ cut: true }, { text: 'hello', usage }], '/v1/messages', messages(stream));
    await expect(reply.text()).rejects.toThrow();
    expect(server.served()).toEqual({});
    expect(server.requests[0]).toMatchObject({ cut: true, usage: null });
  },
);

test('a request without a key is refused where the server wants one', async () => {
  server = await startModelServer({ scripts: [{ turns: [{ text: 'hello' }] }], needsKey: true });
  const ask = (headers: Record<string, string>) =>
    fetch(`${server.url}/v1/messages`, { method: 'POST', body: JSON.stringify(messages(false)), headers });
  const keys: Record<string, string>[] = [
    {},
    { authorization: 'Bearer ' },
    { authorization: 'Bearer k' },
    { 'x-api-key': 'k' },
  ];
  const replies = await Promise.all(keys.map(ask));
  expect(replies.map(({ status }) => status)).toEqual([401, 401, 200, 200]);
  await Promise.all(replies.map((reply) => reply.text()));
});
