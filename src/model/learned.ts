import type { Category, Tier } from './words.ts';

/** What runs of one category, tier and tool came to, as plain counts. */
export interface Cell {
  /** Landed, or done with nothing to land. */
  good: number;
  /** Rejected, failed by its own fault, or given to another tool. */
  bad: number;
  /** Of the bad ones, those given to another tool. */
  switched: number;
  /** How often the user named another tool where this one would have been chosen. */
  overridden: number;
  /** How often the user named this tool where another one would have been chosen. */
  named?: number;
  checksPassed: number;
  checksFailed: number;
  /** The last runs of each model as [US dollars, seconds], null where unknown. */
  runs: Record<string, [number | null, number | null][]>;
}

/** What has been learned from the runs of one home; a key is `category tier tool`. */
export type Cells = Record<string, Cell>;

/** The key of a cell. */
export function cellKey(category: Category | string, tier: Tier | string, tool: string): string {
  return `${category} ${tier} ${tool}`;
}

/** A cell without anything in it. */
export function emptyCell(): Cell {
  return { good: 0, bad: 0, switched: 0, overridden: 0, checksPassed: 0, checksFailed: 0, runs: {} };
}
