import * as fs from 'node:fs';
import { join } from 'node:path';
import { Stage } from '../support/stage.ts';

/** What is struck at a moment of a schedule. */
export type Victim =
  | 'conductor'
  | 'wrapper'
  | 'agent'
  | 'tmux'
  | 'delegate'
  | 'everything'
  | 'disk'
  | 'cancel'
  | 'stop';

/** One random course of events; the same seed gives the same one. */
export interface Schedule {
  seed: number;
  /** How long each task's agent works before and after it writes its file, in seconds. */
  tasks: { before: number; after: number }[];
  strikes: { afterMs: number; victim: Victim; thenLook: boolean; thenStart: boolean }[];
  parallel: number;
  attempts: number;
  /** The home stands on a disk of this many megabytes, which a strike fills for a while. */
  diskMegabytes: number | undefined;
}

/** A small generator with a seed. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const victims: Victim[] = [
  ...['conductor', 'conductor', 'conductor', 'wrapper', 'wrapper', 'agent', 'agent'],
  ...['tmux', 'delegate', 'everything', 'cancel', 'stop'],
] as Victim[];

/** The schedule of a seed. Every tenth has a disk that fills up, where such a disk can be had. */
export function scheduleOf(seed: number, disks: boolean): Schedule {
  const next = random(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const withDisk = disks && seed % 10 === 0;
  const kinds = withDisk ? [...victims, 'disk' as const, 'disk' as const, 'disk' as const] : victims;
  return {
    seed,
    tasks: Array.from({ length: 2 + Math.floor(next() * 4) }, () => ({
      before: Math.floor(next() * 4) / 10,
      after: Math.floor(next() * 4) / 10,
    })),
    strikes: Array.from({ length: 1 + Math.floor(next() * 5) }, () => ({
      afterMs: Math.floor(next() * 350),
      victim: pick(kinds),
      thenLook: next() < 0.3,
      thenStart: next() < 0.4,
    })),
    parallel: 1 + Math.floor(next() * 4),
    attempts: 1 + Math.floor(next() * 3),
    diskMegabytes: withDisk ? 8 : undefined,
  };
}

/** Price of each run of the tool, in US dollars. */
export const runPrice = 0.25;

/**
 * Marks in `marks` when it begins and when its file stands; the second call of a task in its session goes on. What it is to
 * do it reads without a fork: a helper that was struck would leave it with nothing to name its file by.
 */
const agent = `#!/usr/bin/env bash
while read -r word index before after; do [[ $word == work: ]] && break; done < "$ORCHESTRA_PROMPT_FILE"
[[ $word == work: ]] || index=
[[ $index ]] || read -r index before after < "$FAKE_MARKS/$ORCHESTRA_TASK.work"
[[ $index ]] || exit 1
printf '%s\\n' "$index $before $after" > "$FAKE_MARKS/$ORCHESTRA_TASK.work"
printf '%s\\n' "$ORCHESTRA_RUN" >> "$FAKE_MARKS/began"
echo '{"type":"system","subtype":"init","session_id":"s-'$index'","model":"m"}'
sleep "$before"
printf '%s\\n' "$index" > "f$index.txt" && printf '%s\\n' "$ORCHESTRA_RUN" >> "$FAKE_MARKS/wrote"
sleep "$after"
echo '{"type":"result","subtype":"success","is_error":false,"result":"Done.","session_id":"s-'$index'","terminal_reason":"completed","total_cost_usd":${runPrice},"usage":{"input_tokens":10,"output_tokens":5}}'
`;

/** A stage for a schedule: the tool \`marks\`, and a folder that tells what really ran. */
export class Scene {
  readonly schedule: Schedule;
  readonly stage = new Stage();
  readonly marks: string;

  constructor(schedule: Schedule) {
    this.schedule = schedule;
    this.marks = join(this.stage.config, 'marks');
    fs.mkdirSync(this.marks, { recursive: true });
    this.stage.tool('marks', { format: 'claude-stream-json', more: 'resume: true\n' }, agent);
    Object.assign(this.stage.env, {
      FAKE_MARKS: this.marks,
      ORCHESTRA_PARALLEL: String(schedule.parallel),
      ORCHESTRA_ATTEMPTS: String(schedule.attempts),
      ORCHESTRA_GRACE: '1s',
      ORCHESTRA_IDLE: '5s',
    });
  }

  /** The runs in a file of the marks, as their tags; one for each time it happened. */
  marked(name: 'began' | 'wrote'): string[] {
    const path = join(this.marks, name);
    return fs.existsSync(path) ? fs.readFileSync(path, 'utf8').trim().split('\n') : [];
  }

  /** The text of the task with this index. */
  text(index: number): string {
    const { before, after } = this.schedule.tasks[index] as Schedule['tasks'][number];
    return `Task ${index}\nwork: ${index} ${before} ${after}`;
  }
}
