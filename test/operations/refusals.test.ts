import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TaskStatus } from '../../src/model/words.ts';
import { operation as approve } from '../../src/operations/approve.ts';
import { operation as cancel } from '../../src/operations/cancel.ts';
import { operation as logs } from '../../src/operations/logs.ts';
import { operation as peek } from '../../src/operations/peek.ts';
import { operation as reject } from '../../src/operations/reject.ts';
import { operation as reply } from '../../src/operations/reply.ts';
import { operation as retry } from '../../src/operations/retry.ts';
import { operation as schema } from '../../src/operations/schema.ts';
import { openStore } from '../../src/store/store.ts';
import { repository, sh } from '../git/repository.ts';
import { callerIn } from './caller.ts';
import { aTaskWith } from './tasks.ts';

async function aTaskIn(status: TaskStatus, more: { commit?: boolean; landed?: boolean } = {}) {
  const { root } = repository();
  const caller = callerIn(root);
  return { root, caller, ...(await aTaskWith(caller, root, { status, ...more })) };
}

const events = ({ caller, task }: Awaited<ReturnType<typeof aTaskIn>>) => {
  const store = openStore(caller.home);
  const types = store.events(task).map((event) => event.type);
  store.close();
  return types;
};

const refused = (message: string) =>
  expect.objectContaining({
    code: 'refused',
    message: expect.stringContaining(message),
    hint: expect.any(String),
  });

test.each<TaskStatus>(['failed', 'cancelled', 'blocked', 'done', 'parked'])(
  'a task that is %s is not approved',
  async (status) => {
    const made = await aTaskIn(status, { commit: true });
    const before = events(made);
    await expect(approve.run(made.caller, { tasks: [made.task] })).rejects.toEqual(
      refused(`${made.task} is ${status}`),
    );
    expect(events(made)).toEqual(before);
    expect(sh(made.root, 'rev-list', '--count', 'main')).toBe('1');
  },
);

test('where one of several tasks cannot be approved, none is', async () => {
  const made = await aTaskIn('review', { commit: true });
  const other = await aTaskWith(made.caller, made.root, { status: 'failed' });
  await expect(approve.run(made.caller, { tasks: [made.task, other.task] })).rejects.toEqual(
    refused('is failed'),
  );
  expect(events(made)).not.toContain('approved');
});

test('a task in review or blocked is rejected once, and its branch stays', async () => {
  const made = await aTaskIn('review', { commit: true });
  fs.mkdirSync(join(made.caller.home.runs, made.task, '1'), { recursive: true });
  const { documents } = await reject.run(made.caller, { task: made.task, reason: 'wrong' });
  expect(documents).toMatchObject([{ status: 'failed', reason: 'rejected: wrong' }]);
  await expect(reject.run(made.caller, { task: made.task, reason: 'again' })).rejects.toEqual(
    refused('is failed'),
  );
  expect(sh(made.root, 'show', `${made.branch}:${made.task}.txt`)).toBe('work');
  const landed = await aTaskIn('done', { commit: true, landed: true });
  await expect(reject.run(landed.caller, { task: landed.task, reason: 'no' })).rejects.toEqual(
    expect.objectContaining({ code: 'refused', hint: 'It has landed; undo it with git revert.' }),
  );
});

test('what is over is not cancelled, and what has landed is neither run again nor answered', async () => {
  const made = await aTaskIn('done', { commit: true, landed: true });
  const { caller, task } = made;
  await expect(cancel.run(caller, { tasks: [task] })).rejects.toEqual(refused('is done'));
  await expect(retry.run(caller, { task })).rejects.toEqual(refused('is done'));
  await expect(reply.run(caller, { task, text: ['more'] })).rejects.toEqual(refused('is done'));
  expect(events(made)).not.toContain('queued');
});

test('a reply that says nothing, or what no agent could read, is refused before anything is looked at', async () => {
  const { caller } = await aTaskIn('review');
  for (const text of ['', ' \n', 'a\0b', 'x'.repeat(1024 * 1024 + 1)])
    await expect(reply.run(caller, { task: 'task-1', text: [text] })).rejects.toMatchObject({
      code: 'usage',
    });
});

test('a reply needs a session that can be resumed', async () => {
  const { caller, task } = await aTaskIn('review', { commit: true });
  await expect(reply.run(caller, { task, text: ['more'] })).rejects.toMatchObject({
    code: expect.stringMatching(/refused|unavailable/),
  });
});

test('a task without a pane has no screen, and a run that never was has no log', async () => {
  const { caller, task } = await aTaskIn('review');
  await expect(logs.run(caller, { task, run: 7 })).rejects.toMatchObject({
    code: 'not_found',
    message: `${task} has no run 7.`,
  });
  await expect(peek.run(caller, { task: 'task-9', lines: 5 })).rejects.toMatchObject({ code: 'not_found' });
});

test('logs are clean by default, stderr too, and the recorded bytes when asked raw', async () => {
  const { caller, task } = await aTaskIn('review');
  const dir = join(caller.home.runs, task, '1');
  fs.writeFileSync(join(dir, 'output'), 'a \u001b[31mred\u001b[0m word\nlast');
  fs.writeFileSync(join(dir, 'stderr'), 'oops\u001b[0m');
  const told = async (given: object) => {
    caller.notes.length = 0;
    await logs.run(caller, { task, ...given });
    return Buffer.concat(
      caller.notes.map((note) =>
        Buffer.from(note.kind === 'bytes' ? note.bytes : note.kind === 'text' ? note.text : ''),
      ),
    ).toString();
  };
  expect(await told({})).toBe('a red word\nlast\n');
  expect(await told({ raw: true })).toBe('a \u001b[31mred\u001b[0m word\nlast');
  expect(await told({ stderr: true })).toBe('oops\n');
  expect(await told({ stderr: true, raw: true })).toBe('oops\u001b[0m');
});

test('every document has a schema by its name, with and without its prefix and version', async () => {
  const { caller } = await aTaskIn('review');
  const [{ names }] = (await schema.run(caller, {})).documents as [{ names: string[] }];
  expect(names).toEqual(expect.arrayContaining(['summary', 'status', 'route', 'report', 'ledger', 'event']));
  for (const name of names)
    expect((await schema.run(caller, { name })).documents[0]).toMatchObject({
      $schema: expect.any(String),
      type: 'object',
    });
  expect(await schema.run(caller, { name: 'orchestra.summary/1' })).toEqual(
    await schema.run(caller, { name: 'summary' }),
  );
  await expect(schema.run(caller, { name: 'nothing' })).rejects.toMatchObject({ code: 'usage' });
});
