import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../src/core/cluster.ts';
import { judge } from '../../src/status/judge.ts';
import { lagMessage } from '../../src/status/lag-message.ts';
import { statusMessage } from '../../src/status/status-message.ts';
import { messageLines } from '../support/message-lines.ts';
import { healthy, limits, notRead, read } from '../support/snapshots.ts';

/** As many switches as a healthy snapshot has parts: the keys, nine of members, three of etcd, two of HAProxy, the VIP. */
const PARTS = 16;

function without(gone: readonly boolean[]): Snapshot {
  const all = healthy();
  const [dcs = false, ...rest] = gone;
  const next = <T>(reading: T): T | ReturnType<typeof notRead> => (rest.shift() ? notRead() : reading);
  return {
    ...all,
    dcs: dcs ? notRead() : all.dcs,
    members: all.members.map((one) => ({ ...one, sql: next(one.sql), patroni: next(one.patroni), disk: next(one.disk) })),
    etcd: all.etcd.map((one) => ({ ...one, health: next(one.health) })),
    proxies: all.proxies.map((one) => ({ ...one, stats: next(one.stats) })),
    ...(all.vip ? { vip: { ...all.vip, holders: next(all.vip.holders) } } : {}),
  };
}

describe('whatever could not be read', () => {
  it('never throws, and never says healthy unless everything was read, because silence is not health', () => {
    const known = { runs: read([]), incidents: read([]), debts: read([]) };
    const context = { change: read(undefined), maintenance: read(undefined), ...known };
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: PARTS, maxLength: PARTS }), (gone) => {
        const judgement = judge(without(gone), limits);
        expect(judgement.overall === 'healthy').toBe(!gone.includes(true));
        const status = statusMessage(judgement, context, { all: true });
        expect(status.summary.includes('healthy')).toBe(!gone.includes(true));
        const said = messageLines({
          parts: [...status.parts, ...(status.thread ?? []), ...lagMessage(judgement.facts, []).parts],
        });
        expect(said.join('\n')).not.toMatch(/undefined|NaN|\[object/);
      }),
      { numRuns: 400 },
    );
  });
});
