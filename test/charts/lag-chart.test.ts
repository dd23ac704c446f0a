import { describe, expect, it } from 'vitest';
import { byteAxis, timeAxis } from '../../src/charts/lag-axis.ts';
import { lagChart } from '../../src/charts/lag-chart.ts';
import { lagSeries, samplingHoles } from '../../src/charts/lag-series.ts';
import { legendLayout } from '../../src/charts/legend-layout.ts';

const START = Date.parse('2026-11-23T01:00:00Z');
const at = (n: number, bytes?: number) => ({
  atMs: START + n * 5000,
  replay: { pg1: bytes === undefined ? undefined : { bytes, ms: 1 } },
});

describe('the axis', () => {
  it.each([
    [0, ['0 B', '1 KiB', '2 KiB', '3 KiB', '4 KiB']],
    [100_000, ['0 B', '32 KiB', '64 KiB', '96 KiB', '128 KiB']],
    [150 * 1024 ** 2, ['0 B', '64 MiB', '128 MiB', '192 MiB']],
    [20.5 * 1024 ** 3, ['0 B', '8 GiB', '16 GiB', '24 GiB']],
    [9e15, undefined],
  ])('has round labels for %d bytes', (largest, labels) => {
    const { max, interval, label } = byteAxis(largest, 4);
    expect(max).toBeGreaterThanOrEqual(largest);
    const all = Array.from({ length: max / interval + 1 }, (_, i) => label(i * interval));
    if (labels) expect(all).toEqual(labels);
    else expect(all.length).toBeLessThan(7);
  });
  it('counts time as people do', () => {
    const { interval, max, label } = timeAxis(630_000, 2);
    expect([0, interval, max].map(label)).toEqual(['0 s', '10 min', '20 min']);
  });
});

describe('the lines', () => {
  it('have a gap where the standby did not stream, because a missing row is not lag 0', () => {
    const [pg1] = lagSeries([at(0, 5), at(1), at(2, 7)]);
    expect(pg1?.bytes.map(([, value]) => value)).toEqual([5, null, 7]);
    expect(pg1).toMatchObject({ notStreaming: 1, last: { bytes: 7, ms: 1 } });
  });
  it('have a gap where nothing was sampled, so that a restart of the bot is not drawn as a straight line', () => {
    const samples = [at(0, 1), at(1, 1), at(2, 1), at(20, 1), at(21, 1)];
    expect(samplingHoles(samples)).toHaveLength(1);
    expect(lagSeries(samples)[0]?.bytes.map(([, value]) => value)).toEqual([1, 1, 1, null, 1, 1]);
  });
});

describe('the legend', () => {
  it('never takes more than four rows, so that the picture keeps its room', () => {
    const entries = legendLayout(Array.from({ length: 40 }, (_, i) => `standby-${i}: last 12.3 GiB, 10 min 29 s`));
    expect(new Set(entries.map(({ y }) => y)).size).toBe(4);
  });
});

describe('the picture', () => {
  it('is a PNG with an alternative text', async () => {
    const picture = await lagChart('billing', [at(0, 5), at(1, 4096)]);
    expect(
      Buffer.from(picture?.content ?? '')
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    expect(picture?.alt).toBe(
      'Replay lag of billing, 2026-11-23 01:00:00 to 01:00:05 UTC. pg1: at most 4 KiB, 4 KiB at the end.',
    );
  });
  it('is drawn with its text: the fonts were found, so another title makes another picture', async () => {
    const [one, other] = await Promise.all(['billing', 'orders'].map((name) => lagChart(name, [at(0, 5)])));
    expect(Buffer.from(one?.content ?? '').equals(Buffer.from(other?.content ?? ''))).toBe(false);
  });
  it('is not made without samples', async () => {
    expect(await lagChart('billing', [])).toBeUndefined();
  });
});
