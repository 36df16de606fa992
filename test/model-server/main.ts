import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Script } from './script.ts';
import { startModelServer } from './server.ts';

const { values } = parseArgs({
  options: { script: { type: 'string' }, port: { type: 'string' }, requests: { type: 'boolean' } },
});
if (!values.script) {
  process.stderr.write('usage: node test/model-server/main.ts --script FILE [--port N] [--requests]\n');
  process.exit(2);
}
const read = JSON.parse(readFileSync(values.script, 'utf8')) as Script[] | Script;
const server = await startModelServer({
  scripts: Array.isArray(read) ? read : [read],
  port: Number(values.port ?? 0),
});
process.stdout.write(`${server.url}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await server.close();
    if (values.requests) process.stdout.write(`${JSON.stringify(server.requests)}\n`);
    else process.stdout.write(`${JSON.stringify(server.served())}\n`);
  });
}
