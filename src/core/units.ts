declare const ms: unique symbol;

/** A length of time in milliseconds. */
export type Duration = number & { readonly [ms]: true };

/** Milliseconds as a Duration. */
export const milliseconds = (n: number): Duration => n as Duration;
/** Seconds as a Duration. */
export const seconds = (n: number): Duration => (n * 1000) as Duration;
/** Minutes as a Duration. */
export const minutes = (n: number): Duration => (n * 60_000) as Duration;
/** Hours as a Duration. */
export const hours = (n: number): Duration => (n * 3_600_000) as Duration;

const STEPS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** Bytes in words, binary units, at most one decimal: `0 B`, `1.5 MiB`. */
export function formatBytes(bytes: number): string {
  const sign = bytes < 0 ? '-' : '';
  let value = Math.abs(bytes);
  let step = 0;
  while (value >= 1024 && step < STEPS.length - 1) {
    value /= 1024;
    step += 1;
  }
  return `${sign}${step === 0 ? value : Number(value.toFixed(1))} ${STEPS[step]}`;
}

/** Milliseconds in words with the two largest units: `12 ms`, `2.4 s`, `3 min 5 s`, `2 h 10 min`, `4 d 3 h`. */
export function formatDuration(millis: number): string {
  if (millis < 0) return `-${formatDuration(-millis)}`;
  if (millis < 1000) return `${Math.round(millis)} ms`;
  if (millis < 59_950) return `${Number((millis / 1000).toFixed(1))} s`;
  const s = Math.round(millis / 1000);
  if (s < 3600) return pair(Math.floor(s / 60), 'min', s % 60, 's');
  const min = Math.round(s / 60);
  if (min < 1440) return pair(Math.floor(min / 60), 'h', min % 60, 'min');
  const h = Math.round(min / 60);
  return pair(Math.floor(h / 24), 'd', h % 24, 'h');
}

function pair(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
}
