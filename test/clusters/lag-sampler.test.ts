import { describe, expect, it } from 'vitest';
import { createLagSampler, lagSample } from '../../src/clusters/lag-sampler.ts';
import type { ClusterParts } from '../../src/clusters/parts.ts';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import type { SqlMember } from '../../src/core/cluster.ts';
import { quietLog } from '../support/quiet-log.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { partsOf, read, sqlOf, standby } from './parts-of.ts';

const withSql = (answers: Readonly<Record<string, SqlMember>>): ClusterParts => {
  const parts = partsOf('billing');
  const member = async (name: string) => {
    const found = answers[name];
    return found ? read(found) : ({ ok: false, why: 'connection refused', source: '', atMs: 0 } as const);
  };
  return { ...parts, sql: { ...parts.sql, member } };
};
const primary = (parts: Partial<SqlMember>) => sqlOf({ inRecovery: false, writeLsn: 1000, ...parts });

describe('a sample of the lag', () => {
  it('gives bytes and time behind, as the primary sees them', async () => {
    expect((await lagSample(partsOf('billing'), systemClock))?.replay).toEqual({ pg2: { bytes: 100, ms: 12 } });
  });
  it('gives no value for a standby without a row, never 0', async () => {
    const sample = await lagSample(withSql({ pg1: primary({ standbys: [] }), pg2: sqlOf({}) }), systemClock);
    expect(sample?.replay).toEqual({ pg2: undefined });
  });
  it('knows a plain standby, which names itself walreceiver, by its address', async () => {
    const standbys = [standby('walreceiver', { address: '10.0.0.2', replayLsn: 1000 })];
    const sample = await lagSample(withSql({ pg1: primary({ standbys }) }), systemClock);
    expect(sample?.replay).toEqual({ pg2: { bytes: 0, ms: 12 } });
  });
  it('believes the highest timeline when two say that they are primary', async () => {
    const sample = await lagSample(withSql({ pg1: primary({ timeline: 3 }), pg2: primary({ timeline: 4 }) }), systemClock);
    expect(Object.keys(sample?.replay ?? {})).toEqual(['pg1']);
  });
  it('is none while there is no primary', async () => {
    expect(await lagSample(withSql({ pg2: sqlOf({}) }), systemClock)).toBeUndefined();
  });
});

describe('the sampler', () => {
  it('keeps ten minutes, forgets the oldest, and takes none after its stop', async () => {
    let now = 0;
    let tick: () => Promise<void> = async () => undefined;
    let stopped = false;
    const clock: Clock = {
      now: () => now,
      sleep: systemClock.sleep,
      every: (_millis, task) => {
        tick = task;
        return () => {
          stopped = true;
        };
      },
    };
    const sampler = createLagSampler({ clusters: [partsOf('billing')], clock, log: quietLog });
    sampler.start();
    await until(() => sampler.history('billing').length === 1);
    for (let count = 0; count < 130; count += 1) {
      now += 5000;
      await tick();
    }
    const history = sampler.history('billing');
    expect(history).toHaveLength(120);
    expect((history.at(-1)?.atMs ?? 0) - (history[0]?.atMs ?? 0)).toBe(119 * 5000);
    sampler.stop();
    expect(stopped).toBe(true);
  });

  it('asks one cluster after the other, for a thousand at once would hold up everything else', async () => {
    const clock = virtualClock();
    const clusters = ['a', 'b', 'c'].map((name) => ({ ...partsOf('billing'), info: { ...partsOf('billing').info, name } }));
    const sampler = createLagSampler({ clusters, clock, log: quietLog });
    sampler.start();
    const sampled = () => ['a', 'b', 'c'].filter((name) => sampler.history(name).length > 0);
    await clock.drive(clock.sleep(60));
    expect(sampled()).toEqual(['a', 'b']);
    await clock.drive(clock.sleep(50));
    expect(sampled()).toEqual(['a', 'b', 'c']);
    sampler.stop();
  });
});
