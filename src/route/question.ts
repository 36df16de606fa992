import type { Cells } from '../model/learned.ts';
import type { TaskRequest } from '../model/request.ts';
import type { Grounds } from './classify.ts';
import type { Estimator } from './estimate.ts';
import type { ToolState } from './rank.ts';

/** What a decision rests on. */
export interface Question extends Grounds {
  request: Pick<TaskRequest, 'task' | 'tool' | 'model' | 'tier' | 'category' | 'budget'>;
  tools: readonly ToolState[];
  estimate?: Estimator;
  /** What has been learned here; absent when learning is off. */
  learned?: Cells;
  /** Key of `install` in a profile, such as `debian`; `any` is the fallback. */
  platform: string;
}
