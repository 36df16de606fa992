import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { Stage } from '../support/stage.ts';
import { agents, type Case, repositories } from './cases.ts';
import { differences, type UserState, userState } from './user-state.ts';

interface Scene extends Case {
  dir: string;
  before: UserState;
  task: string;
}

const isRoot = process.getuid?.() === 0;

function shell(dir: string, script: string, env: Record<string, string>): void {
  execFileSync('sh', ['-ec', script], { cwd: dir, env: { ...process.env, ...env }, stdio: 'pipe' });
}

/** A repository of its own for each case, all in one home. */
function prepare(stage: Stage, cases: readonly Case[]): Scene[] {
  return cases
    .filter((one) => isRoot || one.root !== true)
    .map((one, index) => {
      const dir = join(
        dirname(stage.repo),
        'all',
        String(index),
        `it's ünï ${index % 7 === 0 ? '\n' : ''}code`,
      );
      fs.mkdirSync(dirname(dir), { recursive: true });
      fs.cpSync(stage.repo, dir, { recursive: true, preserveTimestamps: true });
      if (one.repo !== undefined) shell(dir, one.repo, stage.env);
      const before = one.status === 'refused' ? new Map() : userState(dir);
      return { ...one, dir, before, task: '' };
    });
}

/** Runs all tasks at once; the ones that are to be refused by themselves. */
async function runAll(stage: Stage, scenes: readonly Scene[]): Promise<string[]> {
  const wrong: string[] = [];
  const env = { ORCHESTRA_PARALLEL: '6' };
  const taken = scenes.filter((scene) => scene.status !== 'refused');
  const lines = taken.map(({ name, agent = ['echo x > x.txt'], dir }, index) => {
    // The path itself is too odd for a line of the agent.
    const users = join(dirname(stage.repo), `users-${index}`);
    fs.symlinkSync(dir, users);
    const set = `USERS='${users}'; WORK="$PWD"`;
    const task = [name, `do: ${set}`, ...agent.map((command) => `do: ${command}`)].join('\n');
    return JSON.stringify({ task, tool: 'fake', repo: dir });
  });
  const given = await stage.run(['delegate', '--batch', '-', '--detach', '--json'], {
    input: lines.join('\n'),
    env,
  });
  expect(given).toMatchObject({ code: 0 });
  const documents = given.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  for (const [index, scene] of taken.entries()) scene.task = documents[index].task;
  for (const scene of scenes.filter((one) => one.status === 'refused')) {
    const { code, stderr } = await stage.run([
      'delegate',
      '--tool',
      'fake',
      '--task',
      'x',
      '--repo',
      scene.dir,
    ]);
    if (code !== 2 || !scene.says?.test(stderr)) wrong.push(`${scene.name}: exit ${code}, ${stderr}`);
  }
  await stage.run(['wait', ...taken.map(({ task }) => task), '--quiet'], { env });
  return wrong;
}

/** What is not as it must be, in sentences that begin with the case. */
async function judge(stage: Stage, scene: Scene): Promise<string[]> {
  const wrong: string[] = [];
  const say = (text: string) => wrong.push(`${scene.name}: ${text}`);
  const { document } = await stage.json<any>(['status', scene.task]);
  const { summary, warnings, workplace } = document;
  const { status = 'review', files = ['x.txt'], says, warns, after } = scene;
  if (document.status !== status) say(`is ${document.status}, not ${status} (${document.reason})`);
  if (says !== undefined && !says.test(document.reason)) say(`the reason is: ${document.reason}`);
  if (warns !== undefined && !warnings.some((text: string) => warns.test(text)))
    say(`warned only of: ${warnings.join(' | ') || 'nothing'}`);
  const named = summary.files.map((file: { path: string }) => file.path).sort();
  if (JSON.stringify(named) !== JSON.stringify(files)) say(`names the files ${JSON.stringify(named)}`);
  const spared = (lines: string[]) => lines.filter((line) => scene.changed?.test(line) !== true);
  for (const line of spared(differences(scene.before, userState(scene.dir)))) say(`the run changed ${line}`);
  if (scene.approve !== null && document.status === 'review') await land(stage, scene, summary, spared, say);
  try {
    if (after !== undefined) shell(scene.dir, after, { ...stage.env, TASK: scene.task, WORK: workplace.dir });
  } catch (error) {
    say(`afterwards: ${error}`);
  }
  return wrong;
}

async function land(
  stage: Stage,
  scene: Scene,
  summary: { files: { path: string }[] },
  spared: (lines: string[]) => string[],
  say: (text: string) => void,
): Promise<void> {
  const approved = await stage.run(['approve', scene.task]);
  const lost = spared(differences(scene.before, userState(scene.dir)));
  if (scene.approve !== undefined) {
    if (approved.code === 0 || !scene.approve?.test(approved.stderr))
      say(`approve: ${approved.code} ${approved.stderr}`);
    for (const line of lost) say(`the refused approve changed ${line}`);
    return;
  }
  if (approved.code !== 0) say(`approve: ${approved.code} ${approved.stderr}`);
  const mine = (line: string) =>
    !line.startsWith('ref refs/heads/') &&
    !summary.files.some(({ path }) => line.includes(path) || line.startsWith(`file ${dirname(path)}: `));
  for (const line of lost.filter(mine)) say(`landing changed ${line}`);
}

test.each([
  ['repositories', repositories],
  ['agents', agents],
])(
  'nothing of the user is lost or changed by hostile or unlucky %s, and the summary is true',
  async (_, cases) => {
    const stage = new Stage();
    const scenes = prepare(stage, cases);
    const wrong = await runAll(stage, scenes);
    const settled = scenes.filter(({ task }) => task !== '');
    const next = settled.values();
    await Promise.all(
      [1, 2, 3].map(async () => {
        for (const scene of next) wrong.push(...(await judge(stage, scene)));
      }),
    );
    expect(wrong).toEqual([]);
  },
  240_000,
);
