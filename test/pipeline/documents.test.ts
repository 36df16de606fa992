import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { documentSchemas } from '../../src/model/documents.ts';
import { Launch, Plan } from '../../src/model/plan.ts';
import { eventDocument } from '../../src/store/events.ts';
import { Inside } from './home.ts';

/** That a document is of its schema, whole: nothing in it is unknown there. */
function expectDocument(name: string, document: unknown): void {
  const schema = documentSchemas[name];
  const parsed = schema?.safeParse(document);
  expect({ name, issues: parsed?.error?.issues }).toEqual({ name, issues: undefined });
  expect(parsed?.data).toEqual(document);
}

test('what the code writes and prints is what the published schemas say', async () => {
  const inside = new Inside();
  const { stage, world } = inside;
  const stored = await stage.fake(
    ['echo x > x.txt', 'echo done'],
    ['--detach', '--check', 'true', '--budget', '2'],
  );
  expectDocument('task', stored.document);
  const { document } = await stage.json(['wait', 'task-1']);
  expectDocument('summary', document);
  expectDocument('status', (await stage.json(['status'])).document);
  expectDocument('route', (await stage.json(['route', '--task', 'Add a test'])).document);
  const dry = await stage.json<{ plan: unknown; route: unknown }>([
    'delegate',
    '--tool',
    'fake',
    '--task',
    'x',
    '--dry-run',
  ]);
  expectDocument('plan', dry.document.plan);
  expectDocument('route', dry.document.route);

  const read = (file: string) => JSON.parse(fs.readFileSync(join(world.home.runs, 'task-1/1', file), 'utf8'));
  expectDocument('report', read('report.json'));
  expectDocument('summary', read('summary.json'));
  expectDocument('launch', read('launch.json'));
  expectDocument('exit', read('exit.json'));
  expect(inside.ledger()).toHaveLength(1);
  for (const line of inside.ledger()) expectDocument('ledger', line);

  await stage.json(['approve', 'task-1']);
  const events = world.store.events('task-1');
  expect(events.length).toBeGreaterThan(8);
  for (const event of events) expectDocument('event', eventDocument(event));
  for (const event of events) {
    if (event.type === 'planned') expect(Plan.parse(event.plan)).toEqual(event.plan);
    if (event.type === 'spawned') expect(Launch.parse(event.launch)).toEqual(event.launch);
    if (event.type === 'verified') expectDocument('verdict', event.verdict);
  }
});
