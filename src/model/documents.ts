import * as z from 'zod';
import { ExitRecord } from './ending.ts';
import { LedgerLine } from './ledger.ts';
import { Launch, Plan } from './plan.ts';
import { Policy } from './policy.ts';
import { Prices } from './prices.ts';
import { Profile } from './profile.ts';
import { Report } from './report.ts';
import { TaskId, TaskRequest } from './request.ts';
import { Route } from './route.ts';
import { Routing } from './routing.ts';
import { StatusDocument } from './status.ts';
import { Summary } from './summary.ts';
import { Verdict } from './verdict.ts';
import { TaskStatus } from './word-schemas.ts';

/** `orchestra.task/1`: a task that has been stored. */
export const TaskDocument = z.object({
  schema: z.literal('orchestra.task/1'),
  task: z.string(),
  status: TaskStatus,
  route: Route,
});

/** The envelope of `orchestra.event/1`. */
export const EventDocument = z.looseObject({
  schema: z.literal('orchestra.event/1'),
  seq: z.number().int().positive(),
  at: z.string(),
  task: TaskId,
  run: z.number().int().nonnegative(),
  type: z.string(),
});

/** The documents that other programs read or write, by the name that `orchestra schema` takes. */
export const documentSchemas: Record<string, z.ZodType> = {
  summary: Summary,
  status: StatusDocument,
  task: TaskDocument,
  route: Route,
  report: Report,
  ledger: LedgerLine,
  event: EventDocument,
  request: TaskRequest,
  plan: Plan,
  verdict: Verdict,
  launch: Launch,
  exit: ExitRecord,
  profile: Profile,
  routes: Routing,
  policy: Policy,
  prices: Prices,
};
