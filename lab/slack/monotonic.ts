/** Milliseconds of CLOCK_MONOTONIC, with a fraction: comparable between all processes of one machine. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
