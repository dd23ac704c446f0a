import { describe, expect, it } from 'vitest';
import { measuredReport } from '../../src/runs/measured-report.ts';

const AT = { resolutionMs: 150, measuredAt: '10.0.0.9:5000' };
const gap = (ms: number, failedWrites: number) => ({
  ...AT,
  outage: { lastGoodWriteAtMs: 1000, firstGoodWriteAtMs: 1000 + ms, resolutionMs: 50, measuredAt: AT.measuredAt, failedWrites },
});

describe('what a report says of the writes that were measured', () => {
  it('is no outage where none was longer than what can be told', () => {
    const told = measuredReport(AT, 'interrupts-writes');
    expect(told.lines).toEqual([
      { sign: 'info', text: 'Measured: no outage of writes seen (resolution 150 ms), through 10.0.0.9:5000' },
    ]);
    expect(told.outage).toBeUndefined();
  });

  it('is no outage of a run that interrupts nothing when a write only came late, as on a busy machine', () => {
    const told = measuredReport(gap(420, 0), 'interrupts-nothing');
    expect(told.lines[0]?.text).toMatch(/^Measured: no write failed; the longest gap between two was 420 ms/);
    expect(told.outage).toBeUndefined();
  });

  it('is a warning when writes failed in a run that was to interrupt nothing', () => {
    const told = measuredReport(gap(900, 2), 'interrupts-nothing');
    expect(told.lines[0]).toMatchObject({
      sign: 'warn',
      text: expect.stringMatching(/stopped for 900 ms.*though nothing was to be/),
    });
    expect(told.outage).toBeDefined();
  });

  it('is the gap of a switchover, also when its pooler held the writes and none failed', () => {
    expect(measuredReport(gap(700, 0), 'interrupts-writes').lines[0]?.text).toMatch(/^Measured: writes stopped for 700 ms/);
    expect(measuredReport(gap(2100, 9), 'can-lose-data').outage).toBeDefined();
  });
});
