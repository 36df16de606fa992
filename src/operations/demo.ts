import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { OrchestraError } from '../base/errors.ts';
import { packageRoot } from '../base/package-root.ts';
import { createRepository } from '../git/create.ts';
import { homeAt } from '../model/home.ts';
import { stopConductor } from '../pipeline/conductor-process.ts';
import { operation as approve } from './approve.ts';
import { operation as attach } from './attach.ts';
import { operation as cost } from './cost.ts';
import { operation as delegate } from './delegate.ts';
import { type Caller, field, type Operation } from './operation.ts';
import { operation as status } from './status.ts';

const input = z.object({
  dir: field(z.string().optional(), {
    description: 'where to put it (default: a new temporary folder)',
    value: 'DIR',
  }),
});

/** The whole way of three tasks, on a scratch repository, with a scripted agent that asks no model. */
export const operation: Operation<z.infer<typeof input>> = {
  name: 'demo',
  summary: 'see it work on a scratch project, without any account',
  effect: 'write',
  input,
  output: 'told as it goes; with --json orchestra.demo/1',
  async run(caller, { dir }) {
    const place = makePlace(dir);
    const project = join(place, 'project');
    fs.cpSync(join(packageRoot(), 'config', 'demo', 'project'), project, { recursive: true });
    await createRepository(project, 'Start of the demo project');
    const inside: Caller = {
      ...caller,
      cwd: project,
      home: homeAt(join(place, 'home')),
      env: { ...caller.env, ORCHESTRA_HOME: join(place, 'home') },
    };
    try {
      return await show(caller, inside, place, project);
    } finally {
      // Panes stay for attaching; the background process has nothing more to do.
      stopConductor(inside);
    }
  },
};

function makePlace(dir: string | undefined): string {
  if (dir === undefined) return fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'orchestra-demo-')));
  if (fs.existsSync(dir) && fs.readdirSync(dir).length > 0) {
    throw new OrchestraError('usage', `${dir} is not empty.`, { hint: 'Name a new or empty folder.' });
  }
  fs.mkdirSync(dir, { recursive: true });
  return fs.realpathSync(dir);
}

async function show(caller: Caller, inside: Caller, place: string, project: string) {
  const say = (text: string) => caller.notify({ kind: 'info', text });
  const display = (operation: string, documents: object[]) =>
    caller.notify({ kind: 'document', operation, documents });
  say(
    `A scratch project in ${project}.\nThree tasks at once, each in its own worktree and pane, by a scripted agent: no model is asked.\n`,
  );
  const batch = join(place, 'tasks.jsonl');
  const tasks = JSON.parse(
    fs.readFileSync(join(packageRoot(), 'config', 'demo', 'tasks.json'), 'utf8'),
  ) as object[];
  fs.writeFileSync(batch, tasks.map((task) => `${JSON.stringify(task)}\n`).join(''));
  const done = await delegate.run(inside, { batch, worktree: true });
  display('delegate', done.documents);
  say('\n$ orchestra status');
  display('status', (await status.run(inside, {})).documents);
  say('\n$ orchestra cost');
  display('cost', (await cost.run(inside, { by: 'tool' })).documents);
  say('\n$ orchestra approve task-1');
  const landed = await approve.run(inside, { tasks: ['task-1'] });
  display('approve', landed.documents);
  const way = (await attach.run(inside, { task: 'task-2' })).documents[0] as { argv: string[] | null };
  say(
    [
      '',
      'The panes are still there. To look around with this demo home:',
      `  export ORCHESTRA_HOME=${inside.home.root}`,
      '  orchestra attach task-2     (leave with Ctrl-b d)',
      '  orchestra status task-2',
      '  orchestra approve task-2 task-3',
      ...(way.argv === null ? [] : [`Without Orchestra: ${way.argv.join(' ')}`]),
      `To remove it all: tmux -S ${inside.home.root}/tmux.sock kill-server; rm -r ${place}`,
    ].join('\n'),
  );
  const documents = [
    { schema: 'orchestra.demo/1', dir: place, home: inside.home.root, project, landed: landed.documents[0] },
  ];
  const failed = [...done.documents, ...landed.documents].some((summary) =>
    ['failed', 'cancelled'].includes((summary as { status: string }).status),
  );
  return { documents, exit: failed ? 1 : 0 };
}
