import type { EChartsOption } from 'echarts';
import type { LagSample } from '../core/lag-sample.ts';
import { formatBytes, formatDuration } from '../core/units.ts';
import { type Axis, byteAxis, timeAxis } from './lag-axis.ts';
import { type LagSeries, lagSeries, type Point, samplingHoles } from './lag-series.ts';
import { LEGEND_FONT, type LegendEntry, legendHeight, legendLayout } from './legend-layout.ts';

export const CHART_WIDTH = 1200;
export const CHART_HEIGHT = 630;

/** Okabe and Ito's colours, which people with colour blindness can tell apart; the dashes do it without colour. */
const COLOURS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#56B4E9', '#E69F00', '#000000'];
const DASHES = ['solid', 'dashed', 'dotted'] as const;
const INK = '#1d1c1d';
const GREY = '#616061';
const LEFT = 150;
const RIGHT = 50;
const LEGEND_TOP = 98;

/** The drawing of replay lag over time: bytes in the large panel, seconds in the small one below, one line per standby. */
export function lagOption(cluster: string, samples: readonly LagSample[]): EChartsOption {
  const series = lagSeries(samples);
  const [from, to] = [samples[0]?.atMs ?? 0, samples.at(-1)?.atMs ?? 0];
  const bytes = byteAxis(largest(series, 'bytes'), 4);
  const ms = timeAxis(largest(series, 'ms'), 2);
  const legend = legendLayout(series.map(legendWords));
  const top = LEGEND_TOP + legendHeight(legend) + 26;
  return {
    animation: false,
    backgroundColor: '#ffffff',
    textStyle: { fontFamily: 'DejaVu Sans', color: INK },
    color: COLOURS,
    title: titleOf(cluster, `${spanWords(from, to)}${gapWords(series, samples)}`),
    graphic: legend.flatMap(legendEntry),
    grid: [
      { left: LEFT, right: RIGHT, top, height: 408 - top },
      { left: LEFT, right: RIGHT, top: 448, height: 120 },
    ],
    xAxis: [timeline(0, from, to, false), timeline(1, from, to, true)],
    yAxis: [scale(0, bytes), scale(1, ms)],
    series: series.flatMap((one, i) => [line(one.name, one.bytes, 0, i), line(one.name, one.ms, 1, i)]),
  };
}

function gapWords(series: readonly LagSeries[], samples: readonly LagSample[]): string {
  const why = [
    ...(series.some(({ notStreaming }) => notStreaming > 0) ? ['not streaming'] : []),
    ...(samplingHoles(samples).length > 0 ? ['not sampled'] : []),
  ];
  return why.length === 0 ? '' : `; gap: ${why.join(' or ')}`;
}

function titleOf(cluster: string, subtext: string) {
  return {
    text: `${cluster}: replay lag behind the leader`,
    subtext,
    left: 24,
    top: 14,
    itemGap: 8,
    textStyle: { fontSize: 34, fontWeight: 'bold' as const, color: INK },
    subtextStyle: { fontSize: 24, color: GREY },
  };
}

/** `2026-11-23 01:02:00 to 01:12:00 UTC`, with the day again when it changed. */
export function spanWords(from: number, to: number): string {
  const [day, time] = utc(from);
  const [lastDay, lastTime] = utc(to);
  if (from === to) return `one sample, ${day} ${time} UTC`;
  return `${day} ${time} to ${day === lastDay ? '' : `${lastDay} `}${lastTime} UTC`;
}

function utc(atMs: number): readonly [string, string] {
  const iso = new Date(atMs).toISOString();
  return [iso.slice(0, 10), iso.slice(11, 19)];
}

/** The legend says what a line ends at, so that the figure is readable without following the line. */
function legendWords({ name: full, last }: LagSeries): string {
  const name = full.length > 36 ? `${full.slice(0, 35)}…` : full;
  if (!last) return `${name}: not streaming`;
  return `${name}: last ${formatBytes(last.bytes)}${last.bytes > 0 ? `, ${formatDuration(last.ms)}` : ''}`;
}

function legendEntry({ text, x, y }: LegendEntry, i: number) {
  const middle = LEGEND_TOP + y + 13;
  return [
    {
      type: 'line' as const,
      shape: { x1: LEFT + x, x2: LEFT + x + 46, y1: middle, y2: middle },
      style: { stroke: colour(i), lineWidth: 6, lineDash: dash(i) },
    },
    {
      type: 'text' as const,
      x: LEFT + x + 58,
      y: LEGEND_TOP + y,
      style: { text, fontSize: LEGEND_FONT, fill: INK, fontFamily: 'DejaVu Sans' },
    },
  ];
}

function colour(i: number): string {
  return COLOURS[i % COLOURS.length] ?? INK;
}

function dash(i: number): (typeof DASHES)[number] {
  return DASHES[i % DASHES.length] ?? 'solid';
}

function largest(series: readonly LagSeries[], pick: 'bytes' | 'ms'): number {
  return Math.max(0, ...series.flatMap((one) => one[pick].map(([, value]) => value ?? 0)));
}

function timeline(gridIndex: number, from: number, to: number, labels: boolean) {
  const [min, max] = from === to ? [from - 30_000, to + 30_000] : [from, to];
  const interval =
    [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 86_400].find((s) => (max - min) / (s * 1000) <= 6) ??
    86_400;
  const short = interval >= 60;
  return {
    type: 'value' as const,
    gridIndex,
    min,
    max,
    axisLine: { lineStyle: { color: GREY } },
    axisTick: { show: labels, customValues: ticks(min, max, interval) },
    splitLine: { show: false },
    axisLabel: {
      show: labels,
      fontSize: 24,
      color: INK,
      hideOverlap: true,
      customValues: ticks(min, max, interval),
      formatter: (at: number) => utc(at)[1].slice(0, short ? 5 : 8),
    },
  };
}

function ticks(min: number, max: number, seconds: number): number[] {
  const step = seconds * 1000;
  const first = Math.ceil(min / step) * step;
  return Array.from({ length: Math.floor((max - first) / step) + 1 }, (_, i) => first + i * step);
}

function scale(gridIndex: number, { max, interval, label }: Axis) {
  return {
    type: 'value' as const,
    gridIndex,
    min: 0,
    max,
    interval,
    axisLabel: { fontSize: 24, color: INK, formatter: label },
    splitLine: { lineStyle: { color: '#e0e0e0' } },
  };
}

function line(name: string, points: readonly Point[], panel: number, i: number) {
  return {
    name,
    type: 'line' as const,
    xAxisIndex: panel,
    yAxisIndex: panel,
    connectNulls: false,
    lineStyle: { width: 4, type: dash(i) },
    symbol: 'circle',
    data: points.map(([at, value], n) => ({
      value: [at, value],
      // A lone point between gaps has no line, so it gets a dot.
      symbolSize: (points[n - 1]?.[1] ?? null) === null && (points[n + 1]?.[1] ?? null) === null ? 14 : 0,
    })),
    color: colour(i),
  };
}
