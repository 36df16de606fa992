import type { Cells } from '../model/learned.ts';
import type { TaskRequest } from '../model/request.ts';
import type { Grounds } from './classify.ts';
import type { Estimator } from './estimate.ts';
import type { ToolState } from './rank.ts';

/** The tightest of the budgets that count for a tool. */
export interface BudgetLeft {
  /** Such as `the day's budget`. */
  name: string;
  usd: number;
}

/** What a decision rests on. */
export interface Question extends Grounds {
  request: Pick<TaskRequest, 'task' | 'tool' | 'model' | 'tier' | 'category' | 'budget'>;
  tools: readonly ToolState[];
  estimate?: Estimator;
  /** What has been learned here; absent when learning is off. */
  learned?: Cells;
  /** What the budgets of the day leave for a tool in US dollars, by its name; absent when none is set. */
  left?: ReadonlyMap<string, BudgetLeft>;
  /** Key of `install` in a profile, such as `debian`; `any` is the fallback. */
  platform: string;
}
