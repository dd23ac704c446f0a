import { describe, expect, it } from 'vitest';
import { lately } from '../../src/clusters/lately.ts';
import type { ClusterParts } from '../../src/clusters/parts.ts';
import { createPatrolReads } from '../../src/clusters/patrol-snapshot.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { partsOf, read } from './parts-of.ts';

const never = () => new Promise<never>(() => undefined);

describe('an answer that is asked for in the background', () => {
  it('is the newest one, at most so old, and nobody waits for it', async () => {
    const clock = virtualClock();
    let asked = 0;
    const newest = lately(clock, 30_000, async () => {
      asked += 1;
      return asked;
    });
    const seen: (number | undefined)[] = [];
    const look = async () => {
      for (let i = 0; i < 8; i += 1) {
        seen.push(newest());
        await clock.sleep(10_000);
      }
    };
    await clock.drive(look());
    expect(seen).toEqual([undefined, 1, 1, 1, 2, 2, 2, 3]);
  });

  it('is not asked for again while it is on its way, and a failure keeps the last one', async () => {
    const clock = virtualClock();
    let asked = 0;
    const newest = lately(clock, 1000, () => {
      asked += 1;
      return asked === 1 ? Promise.resolve('first') : asked === 2 ? Promise.reject(new Error('gone')) : never();
    });
    const look = async () => {
      for (let i = 0; i < 9; i += 1) {
        newest();
        await clock.sleep(1000);
      }
    };
    await clock.drive(look());
    expect(newest()).toBe('first');
    expect(asked).toBe(3);
  });
});

describe('what the patrol reads of a cluster', () => {
  it('leaves etcd itself to the look at the etcd, and does not wait for disks or backups', async () => {
    const clock = virtualClock();
    const asked: string[] = [];
    const etcd: Partial<NonNullable<ClusterParts['etcd']>> = {
      names: ['http://e1:2379'],
      dcs: async () => ({ ok: false, why: 'not in this test', source: 'etcd', atMs: 0 }),
      endpoints: async () => {
        asked.push('endpoints');
        return [];
      },
    };
    const hosts: Partial<NonNullable<ClusterParts['hosts']>> = {
      disk: async (host) => {
        asked.push(`df ${host}`);
        return read({ data: { mount: '/', sizeBytes: 100, freeBytes: 50 } });
      },
    };
    const parts = partsOf('billing', { backups: never });
    const reads = createPatrolReads(
      {
        ...parts,
        ...Object.fromEntries([
          ['etcd', etcd],
          ['hosts', hosts],
        ]),
      },
      clock,
    );
    const first = await clock.drive(reads.snapshot());
    expect(first.members[0]?.disk).toMatchObject({ ok: false, why: 'it was not asked yet' });
    expect(reads.backups()).toBeUndefined();
    const second = await clock.drive(reads.snapshot());
    expect(second.members[0]?.disk.ok).toBe(true);
    expect(second.etcd).toEqual([]);
    expect(asked).toEqual(['df pg1', 'df pg2']);
  });
});
