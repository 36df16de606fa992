/** Less than this share of a core is no work: an idle program's timers and retries. */
const WORK_SHARE = 0.05;

/** What is known of a run at one look. Times are milliseconds of a clock that is never set back. */
export interface StallLook {
  now: number;
  /** Changes whenever the output shows work. */
  sign: string;
  /** Processor seconds that the run's processes have used so far; asked for only when it has been quiet for long. */
  cpuSeconds: () => number | undefined;
}

interface Sample {
  at: number;
  cpuSeconds: number | undefined;
}

/**
 * Tells a run that waits in silence from one that works. It has stalled when for `limitMs` nothing of its output
 * showed work and for the second half of that its processes did next to no computing. Where computing can't be
 * measured, the output alone decides.
 */
export class StallClock {
  readonly #limitMs: number;
  #sign: string | undefined;
  #quietSince = 0;
  #sample: Sample | undefined;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  hasStalled(look: StallLook): boolean {
    if (look.sign !== this.#sign) {
      this.#sign = look.sign;
      this.#quietSince = look.now;
      this.#sample = undefined;
      return false;
    }
    const quiet = look.now - this.#quietSince;
    if (quiet >= this.#limitMs / 2 && this.#sample === undefined) {
      this.#sample = { at: look.now, cpuSeconds: look.cpuSeconds() };
    }
    if (quiet < this.#limitMs || this.#sample === undefined || look.now <= this.#sample.at) return false;
    const sample = { at: look.now, cpuSeconds: look.cpuSeconds() };
    if (!computed(this.#sample, sample)) return true;
    // It computes in silence: the next half of the time decides again.
    this.#quietSince = look.now - this.#limitMs / 2;
    this.#sample = sample;
    return false;
  }
}

function computed(before: Sample, after: Sample): boolean {
  if (before.cpuSeconds === undefined || after.cpuSeconds === undefined) return false;
  // A process that ended took its seconds with it: that is work too.
  const used = Math.abs(after.cpuSeconds - before.cpuSeconds);
  return used >= ((after.at - before.at) / 1000) * WORK_SHARE;
}
