import { OrchestraError } from '../base/errors.ts';
import { readTail, writeAtomicSoon } from '../base/files.ts';
import { sweepByEnv } from '../base/process.ts';
import type { Ending } from '../model/ending.ts';
import { type RunFiles, runFiles, runTag } from '../model/home.ts';
import type { Plan } from '../model/plan.ts';
import type { Report } from '../model/report.ts';
import type { RunView, TaskView } from '../model/task-view.ts';
import { formatOf } from '../parse/formats.ts';
import type { Parser } from '../parse/parser.ts';
import { redactionIn } from '../spawn/secret-marks.ts';
import { causeOf } from '../watch/ending-cause.ts';
import { OutputFollower } from '../watch/output-follower.ts';
import { redactReport } from './redact-report.ts';
import { RunNews } from './run-news.ts';
import { settleRun } from './settle-run.ts';
import { storedReport } from './task.ts';
import { checksIn, verifyRun } from './verify-run.ts';
import type { World } from './world.ts';

/**
 * Takes an ended run to its settlement: parse, verify, price, settle. Goes on after the last event, so it may be
 * called again after a crash at any point. `parser` is the live one, which has read all output; without it the
 * output is read again.
 */
export async function finishRun(
  world: World,
  view: TaskView,
  run: RunView,
  ending: Ending,
  parser?: Parser,
): Promise<void> {
  const plan = run.plan;
  if (plan === undefined)
    throw new OrchestraError('internal', `${view.id} run ${run.run} has ended without a plan.`);
  const files = runFiles(world.home, view.id, run.run);
  const news = new RunNews(world.store, view, run.run);
  if (run.ending === undefined) {
    // A wrapper that was killed could not end what it had started.
    if (ending.cause === 'lost') {
      await sweepByEnv(
        `ORCHESTRA_RUN=${runTag(world.store.homeId, view.id, run.run)}`,
        plan.limits.graceSeconds * 1000,
      );
    }
    news.add({ type: 'ended', ending: { ...ending, because: causeOf(ending, run.launch) } });
  }
  const stored = run.report && storedReport(world.home, plan.task, plan.run);
  const report = stored ?? parseRun(files, plan, ending, parser);
  const written = stored === undefined ? writeReport(files, report) : undefined;
  if (run.report === undefined) {
    const { answer: _, ...claim } = report;
    news.add({ type: 'parsed', report: claim });
    for (const message of report.warnings) news.add({ type: 'warned', message });
  }
  if (run.verdict === undefined) {
    const withChecks = report.outcome === 'completed' && run.stopped?.why !== 'cancelled';
    // What takes its time is seen as `verifying`, and not asked twice of the run.
    if (plan.workplace.worktree || (withChecks && checksIn(plan).length > 0)) {
      await written;
      news.store();
    }
    const warn = (message: string) => news.add({ type: 'warned', message });
    news.add({ type: 'verified', verdict: await verifyRun(world, view, plan, { withChecks, warn }) });
  }
  await written;
  await settleRun(world, view, news, plan, report);
}

function parseRun(files: RunFiles, plan: Plan, ending: Ending, live?: Parser): Report {
  const parser = live ?? formatOf(plan.format).create();
  if (live === undefined) {
    const follower = new OutputFollower(files.output);
    while (follower.read((bytes) => parser.push(bytes)));
  }
  const exit = ending.cause === 'exited' ? { code: ending.code, signal: ending.signal } : null;
  const told = parser.end(exit, readTail(files.stderr, 65_536), new Date(ending.endedAt));
  return redactReport(told, redactionIn(files.dir));
}

function writeReport(files: RunFiles, report: Report): Promise<void> {
  const written = writeAtomicSoon(files.report, `${JSON.stringify(report, null, 2)}\n`);
  // Whoever waits for it is told; until then nobody is surprised.
  written.catch(() => {});
  return written;
}
