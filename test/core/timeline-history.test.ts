import { describe, expect, it } from 'vitest';
import { divergenceOf, historyFileName, type TimelineHistory, walFileName } from '../../src/core/timeline-history.ts';
import { parseHistory } from '../../src/hosts/parse-history.ts';
import { rewindProgress } from '../../src/core/unit-progress.ts';

const history = (timeline: number, ...left: readonly (readonly [number, number])[]): TimelineHistory => ({
  timeline,
  left: left.map(([of, lsn]) => ({ timeline: of, lsn })),
});

describe('where two servers parted', () => {
  it.each([
    ['a former leader that went on', history(6), history(7, [6, 48]), { timeline: 6, lsn: 48 }],
    ['the same with the history of both', history(6, [5, 10]), history(7, [5, 10], [6, 48]), { timeline: 6, lsn: 48 }],
    ['on the first timeline', history(1), history(2, [1, 48]), { timeline: 1, lsn: 48 }],
    [
      'two that were promoted from one place, as far as the earlier',
      history(3, [1, 30], [2, 50]),
      history(4, [1, 30], [2, 40]),
      { timeline: 2, lsn: 40 },
    ],
    [
      'two branches of one number that were left in different places',
      history(2, [1, 30]),
      history(2, [1, 20]),
      { timeline: 1, lsn: 20 },
    ],
    ['a standby that follows', history(7, [6, 48]), history(7, [6, 48]), { timeline: 7, lsn: Number.POSITIVE_INFINITY }],
    ['a standby two timelines behind', history(5, [4, 9]), history(7, [4, 9], [5, 20], [6, 48]), { timeline: 5, lsn: 20 }],
  ])('%s', (_case, node, leader, expected) => {
    expect(divergenceOf(node, leader)).toEqual(expected);
  });

  it('is read from history files, as PostgreSQL writes them', () => {
    const text = '1\t0/A000060\tno recovery target specified\n# a comment\n\n2\t1/0\tbefore 2026-11-22 12:00:00\n';
    expect(parseHistory(text)).toEqual([
      { timeline: 1, lsn: 0xa000060 },
      { timeline: 2, lsn: 2 ** 32 },
    ]);
    expect(historyFileName(26)).toBe('0000001A.history');
  });

  it.each([
    [1, 0, 16, '000000010000000000000000'],
    [7, 3 * 2 ** 24 + 5, 16, '000000070000000000000003'],
    [7, 2 ** 32, 16, '000000070000000100000000'],
    [7, 2 ** 33 + 2 ** 26, 64, '000000070000000200000001'],
  ])('lies in the WAL file of timeline %i at %i', (timeline, lsn, mebibytes, name) => {
    expect(walFileName(timeline, lsn, mebibytes * 2 ** 20)).toBe(name);
  });
});

describe('how far a rewind is', () => {
  it('is said with rate and estimate from its reports, one a second', () => {
    const lines = ['pg_rewind: need to copy 100 MB', ' 10240/102400 kB (10%) copied', ' 20480/102400 kB (20%) copied'];
    expect(rewindProgress(lines)).toBe('copied 20 MiB of 100 MiB (20 %), 10 MiB/s, about 8 s left');
  });
  it('is its own words before it copies, and no estimate that stands still', () => {
    const whole = ['1024/2048 kB (50%) copied', '2048/2048 kB (100%) copied'];
    expect(rewindProgress(whole)).toBe('copied 2 MiB of 2 MiB (100 %)');
    expect(rewindProgress(['pg_rewind: connected to server'])).toBe('connected to server');
    expect(rewindProgress([' 20480/102400 kB (20%) copied'])).toBe('copied 20 MiB of 100 MiB (20 %)');
    expect(rewindProgress([])).toBe('it has said nothing yet');
  });
});
