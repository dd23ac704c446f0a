import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Writer } from '../../src/postgres/probe-write.ts';
import { gapKeeper, reasonToStop } from '../../src/postgres/write-gap.ts';

const writer = (parts: Partial<Writer>): Writer => ({
  systemId: '77',
  server: '10.0.0.1:5432',
  timeline: 3,
  postmasterStartedAtMs: 1,
  ...parts,
});

describe('the largest gap between writes', () => {
  it('is none while every gap is a few intervals, which is jitter and no outage', () => {
    const keeper = gapKeeper(150);
    for (const at of [0, 50, 180, 330]) keeper.good(at);
    expect(keeper.largest()).toBeUndefined();
  });

  it('is found exactly, whatever the order of gaps', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1 }), (gaps) => {
        const keeper = gapKeeper(150);
        let at = 1000;
        keeper.good(at);
        for (const gap of gaps) {
          at += gap;
          keeper.good(at);
        }
        const largest = keeper.largest();
        const length = largest ? largest.firstGoodAtMs - largest.lastGoodAtMs : undefined;
        expect(length).toBe(Math.max(...gaps) > 150 ? Math.max(...gaps) : undefined);
      }),
    );
  });
});

describe('a probe', () => {
  it('goes on when another server takes over on a higher timeline: that is a switchover', () => {
    expect(
      reasonToStop(writer({}), writer({ server: '10.0.0.2:5432', timeline: 4, postmasterStartedAtMs: 2 }), '77'),
    ).toBeUndefined();
  });
  it('goes on when the same server answers by another address', () => {
    expect(reasonToStop(writer({}), writer({ server: '10.1.0.1:5432' }), '77')).toBeUndefined();
  });
  it('stops when two servers take writes on one timeline', () => {
    expect(reasonToStop(writer({}), writer({ server: '10.0.0.2:5432', postmasterStartedAtMs: 2 }), '77')).toMatch(
      /^two primaries/,
    );
  });
  it('stops when the old primary takes a write after the new one', () => {
    expect(reasonToStop(writer({ timeline: 4 }), writer({ timeline: 3 }), '77')).toMatch(/^two primaries/);
  });
  it('stops when it finds another cluster behind the address', () => {
    expect(reasonToStop(undefined, writer({ systemId: '78' }), '77')).toMatch(/another cluster/);
    expect(reasonToStop(writer({}), writer({ systemId: '78' }), undefined)).toMatch(/another cluster/);
  });
});
