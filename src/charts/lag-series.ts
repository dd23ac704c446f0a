import type { LagSample } from '../core/lag-sample.ts';

/** A point of a line: epoch milliseconds and a value; `null` interrupts the line. */
export type Point = readonly [number, number | null];

/** One standby's line in bytes and in milliseconds. */
export interface LagSeries {
  readonly name: string;
  readonly bytes: readonly Point[];
  readonly ms: readonly Point[];
  /** Samples in which it did not stream. */
  readonly notStreaming: number;
  /** Its last sample; absent when it did not stream then. */
  readonly last?: { readonly bytes: number; readonly ms: number };
}

/** A hole in time of this many usual distances between samples interrupts every line. */
const HOLE = 3.5;

/** One line per standby; where it did not stream, and where nothing was sampled, the line has a gap. */
export function lagSeries(samples: readonly LagSample[]): readonly LagSeries[] {
  const names = [...new Set(samples.flatMap(({ replay }) => Object.keys(replay)))].toSorted();
  const holes = samplingHoles(samples);
  return names.map((name) => {
    const line = (pick: 'bytes' | 'ms'): readonly Point[] =>
      [
        ...samples.map(({ atMs, replay }): Point => [atMs, replay[name]?.[pick] ?? null]),
        ...holes.map((at): Point => [at, null]),
      ].toSorted((a, b) => a[0] - b[0]);
    const last = samples.at(-1)?.replay[name];
    return {
      name,
      bytes: line('bytes'),
      ms: line('ms'),
      notStreaming: samples.filter(({ replay }) => replay[name] === undefined).length,
      ...(last ? { last } : {}),
    };
  });
}

/** Where nothing was sampled: the times (epoch milliseconds) at which each hole begins. */
export function samplingHoles(samples: readonly LagSample[]): readonly number[] {
  const times = samples.map(({ atMs }) => atMs);
  const steps = times.slice(1).map((at, i) => at - (times[i] ?? at));
  const usual = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  return steps.flatMap((step, i) => (step > usual * HOLE ? [(times[i] ?? 0) + usual] : []));
}
