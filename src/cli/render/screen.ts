import { styleText } from 'node:util';
import type { TaskStatus } from '../../model/words.ts';

/** Where text is shown. `unicode` is false where only ASCII may be taken for granted. */
export interface Screen {
  /** In columns. */
  width: number;
  color: boolean;
  unicode: boolean;
}

/** A colour with a meaning. */
export type Style = 'good' | 'bad' | 'waiting' | 'busy' | 'faint' | 'strong';

const styles = {
  good: 'green',
  bad: 'red',
  waiting: 'yellow',
  busy: 'cyan',
  faint: 'dim',
  strong: 'bold',
} as const;

/** The text in a style, unchanged on a screen without colour. */
export function paint(screen: Screen, style: Style | undefined, text: string): string {
  if (!screen.color || style === undefined || text === '') return text;
  return styleText(styles[style], text, { validateStream: false });
}

/** The style of a task's status. */
export function statusStyle(status: TaskStatus): Style {
  const known: Partial<Record<TaskStatus, Style>> = {
    done: 'good',
    failed: 'bad',
    review: 'waiting',
    blocked: 'waiting',
    parked: 'waiting',
    running: 'busy',
    verifying: 'busy',
  };
  return known[status] ?? 'faint';
}

/** The small signs a screen can show. */
export interface Signs {
  ok: string;
  failed: string;
  /** Stands for what was cut off. */
  more: string;
  /** Stands in an empty cell. */
  none: string;
  /** Between the parts of a line. */
  dot: string;
}

const drawn: Signs = { ok: '✓', failed: '✗', more: '…', none: '–', dot: ' · ' };
const typed: Signs = { ok: 'ok', failed: 'FAILED', more: '...', none: '-', dot: ' | ' };

/** The signs of this screen. */
export function signs(screen: Screen): Signs {
  return screen.unicode ? drawn : typed;
}

/** The sign for a check that passed or not, coloured. */
export function passSign(screen: Screen, passed: boolean): string {
  const { ok, failed } = signs(screen);
  return paint(screen, passed ? 'good' : 'bad', passed ? ok : failed);
}
