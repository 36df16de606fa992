import * as z from 'zod';
import { Plan } from './plan.ts';
import { TaskRequest } from './request.ts';
import { Route } from './route.ts';

/** `plan.json` of a run: with `prompt.md` all that brings its task back when the database is lost. */
export const Planned = z.object({
  plan: Plan,
  /** The `ORCHESTRA_RUN` of the run, whose first part is the home's id. */
  tag: z.string(),
  at: z.string(),
  /** Of the task; the first run's folder has them. */
  title: z.string().optional(),
  repo: z.string().optional(),
  request: TaskRequest.omit({ task: true })
    .extend({ repo: z.string(), parent: z.string().nullable(), nonce: z.string().optional() })
    .optional(),
  route: Route.optional(),
});
export type Planned = z.infer<typeof Planned>;
