/** What a bench prints with `--json` as its last line. */
export interface BenchResult {
  readonly name: string;
  /** Medians, in `unit`. */
  readonly ours: number;
  readonly peer: number;
  /** ours / peer at the median. */
  readonly ratio: number;
  readonly n: number;
  /** Of ours. */
  readonly p50: number;
  readonly p99: number;
  readonly unit: string;
  readonly [extra: string]: unknown;
}

/** The value below which the share `p` (0 to 1) of the values lies, by the nearest rank. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** The smallest and the largest value. */
export const spread = (values: readonly number[]): readonly [number, number] => [
  round(Math.min(...values)),
  round(Math.max(...values)),
];

/** Two rows of figures measured side by side, as one result. */
export function compare(name: string, rows: { ours: readonly number[]; peer: readonly number[]; unit: string }): BenchResult {
  const { ours, peer, unit } = rows;
  return {
    name,
    ours: round(median(ours)),
    peer: round(median(peer)),
    ratio: Number((median(ours) / median(peer)).toFixed(3)),
    n: ours.length,
    p50: round(median(ours)),
    p99: round(percentile(ours, 0.99)),
    unit,
  };
}

/** The 95 % interval of the difference of the means (ours - peer), by Welch's approximation with 1.96 standard errors. */
export function differenceInterval(ours: readonly number[], peer: readonly number[]): readonly [number, number] {
  const difference = mean(ours) - mean(peer);
  const error = Math.sqrt(variance(ours) / ours.length + variance(peer) / peer.length);
  return [round(difference - 1.96 * error), round(difference + 1.96 * error)];
}

export function round(value: number): number {
  return Number(value.toFixed(2));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / Math.max(1, values.length - 1);
}
