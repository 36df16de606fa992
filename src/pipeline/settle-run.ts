import { messageOf } from '../base/errors.ts';
import { nowIso } from '../base/time.ts';
import { forgetLanding } from '../git/landing-ref.ts';
import { mayLandItself } from '../guard/auto-approval.ts';
import { unknownCost } from '../model/cost-sums.ts';
import { keptEnvironment } from '../model/home.ts';
import type { LedgerLine } from '../model/ledger.ts';
import type { Plan } from '../model/plan.ts';
import type { Report } from '../model/report.ts';
import type { RunView, TaskView } from '../model/task-view.ts';
import type { Cost } from '../model/usage.ts';
import { type PricedCost, runCost } from '../settle/cost.ts';
import { decideOutcome, noteBudget, type Outcome } from '../settle/outcome.ts';
import { makeHeadline } from '../settle/summary.ts';
import { dropEnvironment } from '../spawn/kept-environment.ts';
import type { NewEvent } from '../store/events.ts';
import { appendLedgerLine, appendLedgerLineSoon } from '../store/ledger.ts';
import { followUp } from './follow-up.ts';
import { type Landing, landTask } from './land-task.ts';
import { pricerFor } from './pricer.ts';
import { eventsOf } from './request-run.ts';
import { RunNews } from './run-news.ts';
import { writeSummary, writeSummarySoon } from './task.ts';
import type { World } from './world.ts';

/** Settles a verified run: price, ledger line, outcome, landing where the task approves itself, summary, event. */
export async function settleRun(
  world: World,
  view: TaskView,
  news: RunNews,
  plan: Plan,
  report: Report,
): Promise<void> {
  const { prices, ...cost } = await costOf(world, view, news, plan, report);
  const { run } = news.seen();
  const { ending, verdict } = run;
  if (ending === undefined || verdict === undefined) return;
  const decided = decideOutcome(plan, ending, run.stopped, report, verdict);
  let outcome = noteBudget(decided, spentUsd(view, run, cost), plan.limits.budgetUsd);
  const model = report.model ?? plan.model;
  const entry = ledgerLine(view, run, { model, cost, prices, status: outcome.status });
  const paid = appendLedgerLineSoon(world.home.ledger, entry, run.launch?.ledgerBytes);
  // Whoever waits for it is told; until then nobody is surprised.
  paid.catch(() => {});
  let landing: Landing | undefined;
  if (plan.autoApprove && outcome.status === 'review' && outcome.errors.length === 0) {
    const { category = null, tier = null } = view.route ?? {};
    const may = mayLandItself(plan.policy, { category, tier, verdict });
    if (may.allowed) {
      await paid;
      news.store();
      [outcome, landing] = await tryLanding(world, view, outcome);
    } else outcome = { ...outcome, reason: `${outcome.reason}; not landed by itself: ${may.why}` };
  }
  const headline = makeHeadline(view.title, report, plan.notice);
  const settlement = { ...outcome, headline, cost, seconds: secondsOf(run), commit: verdict.commit };
  const events: NewEvent[] = [{ run: run.run, body: { type: 'settled', settlement } }];
  const next = followUp(world, news.seen(events).view, run, plan, outcome);
  if (next.planned === undefined) {
    if (next.why !== null) settlement.reason = `${settlement.reason}; ${next.why}`;
    if (landing !== undefined) events.push({ run: run.run, body: { type: 'approved', ...landing } });
    await Promise.all([paid, writeSummarySoon(world.home, news.seen(events).view, report)]);
    news.store(events);
    dropEnvironment(keptEnvironment(world.home, view.id));
    if (landing?.commit) await forgetLanding(plan.workplace.repo, landing.commit);
    return;
  }
  await Promise.all([paid, writeSummarySoon(world.home, news.seen(events).view, report)]);
  next.write();
  events.push(...eventsOf(next.planned));
  if (next.parked !== undefined) events.push({ run: 0, body: next.parked });
  writeSummary(world.home, news.seen(events).view);
  news.store(events);
}

/** Settles a run that never ran, or that can't be finished. Without a launch there is nothing to put into the ledger. */
export function closeRun(world: World, view: TaskView, run: RunView, outcome: Outcome): void {
  if (run.launch !== undefined) {
    const model = run.plan?.model ?? null;
    const entry = ledgerLine(view, run, { model, cost: unknownCost, prices: null, status: outcome.status });
    appendLedgerLine(world.home.ledger, entry, run.launch.ledgerBytes);
  }
  const cost = run.launch === undefined ? neverRan : unknownCost;
  const settlement = { ...outcome, headline: view.title, cost, seconds: secondsOf(run), commit: null };
  const events: NewEvent[] = [{ run: run.run, body: { type: 'settled', settlement } }];
  const news = new RunNews(world.store, view, run.run);
  // Whoever sees the events finds the file.
  writeSummary(world.home, news.seen(events).view);
  news.store(events);
  dropEnvironment(keptEnvironment(world.home, view.id));
}

// Nothing was asked of any model: this 0 is known.
const neverRan: Cost = {
  usd: 0,
  source: 'computed',
  tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
};

function ledgerLine(
  view: TaskView,
  run: RunView,
  line: { model: string | null; cost: Cost; prices: string | null; status: string },
): LedgerLine {
  return {
    schema: 'orchestra.ledger/1',
    at: nowIso(),
    task: view.id,
    run: run.run,
    tool: run.plan?.tool ?? 'unknown',
    model: line.model,
    tokens: line.cost.tokens,
    usd: line.cost.usd,
    source: line.cost.source,
    prices: line.prices,
    category: view.route?.category,
    tier: view.route?.tier,
    repo: run.plan?.workplace.repo,
    seconds: secondsOf(run),
    status: line.status,
  };
}

async function tryLanding(
  world: World,
  view: TaskView,
  outcome: Outcome,
): Promise<[Outcome, Landing | undefined]> {
  try {
    const landing = await landTask(world, view);
    return [{ ...outcome, status: 'done', reason: `landed on ${landing.onto}` }, landing];
  } catch (error) {
    return [{ ...outcome, reason: `not landed by itself: ${messageOf(error)}` }, undefined];
  }
}

async function costOf(
  world: World,
  view: TaskView,
  news: RunNews,
  plan: Plan,
  report: Report,
): Promise<PricedCost> {
  return runCost({
    report,
    previous: earlierInSession(view, plan.run, report.session),
    model: report.model ?? plan.model,
    price: pricerFor(world, plan, (message) => news.add({ type: 'warned', message })),
  });
}

/** What the task has cost with this run, as far as it is known; null when this run's price is not. */
function spentUsd(view: TaskView, run: RunView, cost: Cost): number | null {
  if (cost.usd === null) return null;
  return view.runs.reduce(
    (sum, other) => sum + (other.run < run.run ? (other.settlement?.cost.usd ?? 0) : 0),
    cost.usd,
  );
}

/** The reports of a task's earlier runs in the same session, oldest first. */
export function earlierInSession(
  view: TaskView,
  run: number,
  session: string | null,
): Omit<Report, 'answer'>[] {
  if (session === null) return [];
  return view.runs.flatMap((other) =>
    other.run < run && other.report?.session === session ? [other.report] : [],
  );
}

function secondsOf(run: RunView): number {
  const startedAt = run.ending?.startedAt ?? run.startedAt;
  if (startedAt === undefined || run.ending === undefined) return 0;
  return Math.max(0, Math.round(Date.parse(run.ending.endedAt) - Date.parse(startedAt)) / 1000);
}
