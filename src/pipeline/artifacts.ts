import * as fs from 'node:fs';
import { join } from 'node:path';
import { ensurePrivateDir, replaceFile } from '../base/files.ts';
import type { TaskRecord, Versions } from '../model/artifact.ts';
import { runFiles, runTag } from '../model/home.ts';
import type { Plan } from '../model/plan.ts';
import type { Planned } from '../model/planned.ts';
import type { TaskId } from '../model/request.ts';
import { lastRun, type RunView, type TaskView, viewTask } from '../model/task-view.ts';
import { whichBinary } from '../profiles/installed.ts';
import { knownVersion } from '../profiles/known-version.ts';
import { profileIn } from '../profiles/load-profiles.ts';
import { ledgerLinesSince } from '../store/ledger-tail.ts';
import { changeText } from './change-text.ts';
import { summaryOf, summaryText } from './task.ts';
import type { World } from './world.ts';

/**
 * Writes into the folder of each settled run what only the store and git know, so that the folder stands by itself:
 * task, route, plan, verdict, diff, summary, ledger lines and versions. Safe to repeat; what is there is written anew
 * only where a later event has changed it.
 */
export async function writeArtifacts(world: World, view: TaskView): Promise<void> {
  const lines = ledgerLinesSince(world.home.ledger, view.createdAt).filter((line) => line.task === view.id);
  for (const run of view.runs) {
    if (run.settlement === undefined) continue;
    const { dir } = runFiles(world.home, view.id, run.run);
    ensurePrivateDir(dir);
    const put = (name: string, value: unknown) => {
      if (value !== undefined) writeNew(join(dir, name), `${JSON.stringify(value, null, 2)}\n`);
    };
    put('task.json', taskOf(world, view));
    put('route.json', view.route);
    if (run.plan !== undefined && !fs.existsSync(join(dir, 'plan.json')))
      put('plan.json', plannedOf(world, view, run.plan));
    put('verdict.json', run.verdict);
    put('settlement.json', run.settlement);
    // Later it would tell of other programs than those that ran.
    if (!fs.existsSync(join(dir, 'versions.json'))) put('versions.json', await versionsOf(world, run));
    if (run === view.runs.at(-1))
      writeNew(join(dir, 'summary.json'), summaryText(summaryOf(world.home, view)));
    const own = lines.filter((line) => line.run === run.run);
    writeNew(join(dir, 'ledger.jsonl'), own.map((line) => `${JSON.stringify(line)}\n`).join(''));
    await writeDiff(dir, run);
  }
}

/** `writeArtifacts` for a task whose last run has settled and whose folder nobody has taken away since. */
export async function completeFolder(world: World, task: TaskId): Promise<void> {
  const view = viewTask(world.store.events(task));
  const run = view && lastRun(view);
  if (view === undefined || run?.settlement === undefined) return;
  if (fs.existsSync(runFiles(world.home, task, run.run).dir)) await writeArtifacts(world, view);
}

function writeNew(path: string, content: string): void {
  if (!fs.existsSync(path) || fs.readFileSync(path, 'utf8') !== content) replaceFile(path, content);
}

function plannedOf(world: World, view: TaskView, plan: Plan): Planned {
  return { plan, tag: runTag(world.store.homeId, view.id, plan.run), at: view.createdAt };
}

function taskOf(world: World, view: TaskView): TaskRecord {
  const { id, title, createdAt, request, status, reason, approved } = view;
  return { task: id, title, text: world.store.text(id), createdAt, request, status, reason, approved };
}

/** What ran, as far as it can be told. */
async function versionsOf(world: World, run: RunView): Promise<Versions> {
  return {
    home: world.store.homeId,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    tool: run.plan?.tool ?? null,
    toolVersion: run.plan === undefined ? null : await toolVersion(world, run.plan),
    format: run.plan?.format ?? null,
    model: run.report?.model ?? run.plan?.model ?? null,
  };
}

async function toolVersion({ home }: World, { toolDir, baseEnv }: Plan): Promise<string | null> {
  try {
    const profile = profileIn(toolDir);
    const binary = whichBinary(profile, toolDir, baseEnv.PATH);
    return (await knownVersion(profile, binary, home.versions)).version;
  } catch {
    // Its folder is gone or broken by now.
    return null;
  }
}

async function writeDiff(dir: string, run: RunView): Promise<void> {
  const path = join(dir, 'diff.patch');
  if (!fs.existsSync(path)) replaceFile(path, await changeText(run));
}
