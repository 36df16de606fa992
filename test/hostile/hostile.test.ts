import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { findingText } from '../../src/model/finding.ts';
import { Stage } from '../support/stage.ts';
import { callers } from './callers.ts';
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

function envOf(stage: Stage, { env = {} }: Scene): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value.replaceAll('$OTHER', stage.repo)]),
  );
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
  const give = async (batch: readonly Scene[], more = {}) => {
    const input = batch.map((scene) => lines[taken.indexOf(scene)]).join('\n');
    const given = await stage.run(['delegate', '--batch', '-', '--detach', '--json'], {
      input,
      env: { ...env, ...more },
    });
    if (given.code !== 0) {
      wrong.push(`${batch[0]?.name}: delegate: ${given.code} ${given.stderr}`);
      return;
    }
    const documents = given.stdout.trimEnd().split('\n');
    for (const [index, scene] of batch.entries()) scene.task = JSON.parse(documents[index] ?? '').task;
  };
  const usual = taken.filter((scene) => scene.env === undefined);
  if (usual.length > 0) await give(usual);
  for (const scene of taken) if (scene.env !== undefined) await give([scene], envOf(stage, scene));
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
  await stage.run(['wait', ...taken.flatMap(({ task }) => task || []), '--quiet'], { env });
  return wrong;
}

/** What is not as it must be, in sentences that begin with the case. */
async function judge(stage: Stage, scene: Scene): Promise<string[]> {
  const wrong: string[] = [];
  const say = (text: string) => wrong.push(`${scene.name}: ${text}`);
  const { document } = await stage.json<any>(['status', scene.task], { env: envOf(stage, scene) });
  const { summary, warnings, workplace } = document;
  const { status = 'review', files = ['x.txt'], says, warns, after } = scene;
  if (document.status !== status) say(`is ${document.status}, not ${status} (${document.reason})`);
  if (says !== undefined && !says.test(document.reason)) say(`the reason is: ${document.reason}`);
  if (warns !== undefined && !warnings.some((text: string) => warns.test(text)))
    say(`warned only of: ${warnings.join(' | ') || 'nothing'}`);
  for (const pattern of scene.finds ?? [])
    if (!document.findings.map(findingText).some((text: string) => pattern.test(text)))
      say(`the policy found only: ${document.findings.map(findingText).join(' | ') || 'nothing'}`);
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
  const approved = await stage.run(['approve', scene.task], { cwd: scene.dir, env: envOf(stage, scene) });
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
  ['callers', callers],
])(
  'nothing of the user is lost or changed by hostile or unlucky %s, and the summary is true',
  async (_, cases) => {
    const stage = new Stage();
    const other = userState(stage.repo);
    const scenes = prepare(stage, cases);
    const wrong = await runAll(stage, scenes);
    const settled = scenes.filter(({ task }) => task !== '');
    const next = settled.values();
    await Promise.all(
      [1, 2, 3].map(async () => {
        for (const scene of next) wrong.push(...(await judge(stage, scene)));
      }),
    );
    wrong.push(...differences(other, userState(stage.repo)));
    expect(wrong).toEqual([]);
  },
  240_000,
);
