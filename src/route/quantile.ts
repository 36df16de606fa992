/** The value below which the share `part` (0 to 1) of a population lies of which these are a sample; null for none. */
export function quantile(values: readonly number[], part: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const last = sorted.at(-1);
  if (last === undefined) return null;
  const place = part * (sorted.length + 1) - 1;
  // Of few values the largest says too little about the tail.
  if (place > sorted.length - 1) return last * 1.25;
  const low = sorted[Math.max(0, Math.floor(place))] ?? last;
  const high = sorted[Math.max(0, Math.ceil(place))] ?? last;
  return low + (high - low) * (place - Math.floor(place));
}

/** The middle value; null for none. */
export function middle(values: readonly number[]): number | null {
  return quantile(values, 0.5);
}
