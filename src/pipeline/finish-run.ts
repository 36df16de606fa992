import { OrchestraError } from '../base/errors.ts';
import { readTail, writeAtomic } from '../base/files.ts';
import { sweepByEnv } from '../base/process.ts';
import type { Ending } from '../model/ending.ts';
import type { EventBody } from '../model/event.ts';
import { type RunFiles, runFiles, runTag } from '../model/home.ts';
import type { Plan } from '../model/plan.ts';
import type { Report } from '../model/report.ts';
import { applyEvent, type RunView, type TaskView } from '../model/task-view.ts';
import { formatOf } from '../parse/formats.ts';
import type { Parser } from '../parse/parser.ts';
import { redactionIn } from '../spawn/secret-marks.ts';
import { causeOf } from '../watch/ending-cause.ts';
import { OutputFollower } from '../watch/output-follower.ts';
import { redactReport } from './redact-report.ts';
import { settleRun } from './settle-run.ts';
import { storedReport } from './task.ts';
import { verifyRun } from './verify-run.ts';
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
  const record = (body: EventBody) => applyEvent(view, world.store.append(view.id, run.run, body));
  if (run.ending === undefined) {
    // A wrapper that was killed could not end what it had started.
    if (ending.cause === 'lost') {
      await sweepByEnv(
        `ORCHESTRA_RUN=${runTag(world.store.homeId, view.id, run.run)}`,
        plan.limits.graceSeconds * 1000,
      );
    }
    record({ type: 'ended', ending: { ...ending, because: causeOf(ending, run.launch) } });
  }
  const report = parseRun(world, files, plan, run, ending, parser);
  if (run.report === undefined) {
    const { answer: _, ...claim } = report;
    record({ type: 'parsed', report: claim });
    for (const message of report.warnings) record({ type: 'warned', message });
  }
  if (run.verdict === undefined) {
    const verdict = await verifyRun(world, view, plan, {
      withChecks: report.outcome === 'completed' && run.stopped?.why !== 'cancelled',
      warn: (message) => record({ type: 'warned', message }),
    });
    record({ type: 'verified', verdict });
  }
  await settleRun(world, view, run, plan, report);
}

function parseRun(
  world: World,
  files: RunFiles,
  plan: Plan,
  run: RunView,
  ending: Ending,
  live?: Parser,
): Report {
  if (run.report !== undefined) {
    const stored = storedReport(world.home, plan.task, plan.run);
    if (stored !== undefined) return stored;
  }
  const parser = live ?? formatOf(plan.format).create();
  if (live === undefined) {
    const follower = new OutputFollower(files.output);
    while (follower.read((bytes) => parser.push(bytes)));
  }
  const exit = ending.cause === 'exited' ? { code: ending.code, signal: ending.signal } : null;
  const told = parser.end(exit, readTail(files.stderr, 65_536), new Date(ending.endedAt));
  const report = redactReport(told, redactionIn(files.dir));
  writeAtomic(files.report, `${JSON.stringify(report, null, 2)}\n`);
  return report;
}
