import { formatBytes, formatDuration } from '../core/units.ts';

/** An axis from 0 whose labels are round. */
export interface Axis {
  readonly max: number;
  readonly interval: number;
  readonly label: (value: number) => string;
}

const BYTE_STEPS = [0, 1, 2, 3, 4].flatMap((power) => [1, 2, 4, 8, 16, 32, 64, 128, 256, 512].map((n) => n * 1024 ** power));
const SECOND = 1000;
const TIME_STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400].map((s) => s * SECOND),
];

/** Bytes in steps of a power of two, so that labels are whole KiB or MiB; at least 4 KiB high, so that noise looks small. */
export function byteAxis(largest: number, parts: number): Axis {
  return axis(Math.max(largest, 4096), { parts, steps: BYTE_STEPS, label: formatBytes });
}

/** Milliseconds in steps that people count in; at least 1 s high. */
export function timeAxis(largest: number, parts: number): Axis {
  return axis(Math.max(largest, SECOND), { parts, steps: TIME_STEPS, label: (ms) => (ms === 0 ? '0 s' : formatDuration(ms)) });
}

interface Scale {
  readonly parts: number;
  readonly steps: readonly number[];
  readonly label: (value: number) => string;
}

function axis(largest: number, { parts, steps, label }: Scale): Axis {
  const interval = steps.find((step) => step * parts >= largest) ?? Math.ceil(largest / parts);
  return { interval, max: interval * Math.max(1, Math.ceil(largest / interval)), label };
}
