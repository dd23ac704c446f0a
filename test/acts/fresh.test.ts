import { expect, it } from 'vitest';
import { createActs } from '../../src/acts/all.ts';
import { deleteData } from '../../src/acts/delete-data.ts';
import { deleteKept } from '../../src/acts/delete-kept.ts';
import { pausePoolers } from '../../src/acts/pause-poolers.ts';
import { promoteStandby } from '../../src/acts/promote-standby.ts';
import { reserveSlot } from '../../src/acts/reserve-slot.ts';
import { setAside } from '../../src/acts/set-aside.ts';
import { startPatroni } from '../../src/acts/start-patroni.ts';
import { startStandby } from '../../src/acts/start-standby.ts';
import { stopPrimary } from '../../src/acts/stop-primary.ts';
import { stopServer } from '../../src/acts/stop-server.ts';
import { takeDown } from '../../src/acts/take-down.ts';
import { fakeCluster } from '../support/fake-cluster.ts';
import { LEDGER } from '../support/fake-streaming.ts';
import { CLUSTER } from '../support/healthy-cluster.ts';

const life = { systemId: '7711123950511697988', timeline: 7 };
const of = { cluster: CLUSTER, member: 'pg2' };
const primary = { cluster: LEDGER, ...life, primaryStartedAtMs: 1_700_000_000_000 };

/** Each act that can do harm when a worker that was frozen does it after its run has ended. */
const ACTS = [
  deleteData(of),
  deleteKept({ ...of, suffix: 'old-t7-1f' }),
  pausePoolers({ cluster: CLUSTER, poolers: ['pg1', 'pg2'], unit: 'u', ...life }),
  promoteStandby({ ...primary, member: 'pg2' }),
  promoteStandby({ ...primary, primaryStartedAtMs: 'lost', member: 'pg2' }),
  reserveSlot({ cluster: CLUSTER, primary: 'pg1', member: 'pg2', slot: 'standby_pg2' }),
  setAside({ ...of, ...life, suffix: 'old-t7-1f' }),
  startPatroni(of),
  startStandby({ ...of, slot: 'standby_pg2' }),
  stopPrimary({ ...primary, member: 'pg1', standby: 'pg2', others: ['pg3'] }),
  stopServer({ ...of, ...life, service: 'postgres' }),
  takeDown({ cluster: LEDGER, member: 'pg1', ...life }),
];

it.each(ACTS)(
  '$act does nothing any more when more than 10 s passed while it claimed, as its run may have ended',
  async (act) => {
    const context = { claim: 'r1234567.x', signal: new AbortController().signal };
    for (const [tookMs, late] of [
      [10_000, false],
      [10_001, true],
    ] as const) {
      const fake = fakeCluster();
      const { hosts } = fake.hands;
      const slow: typeof hosts.claim = async (...asked) => {
        fake.now += tookMs;
        return hosts.claim(...asked);
      };
      const done = createActs({ ...fake.hands, hosts: { ...hosts, claim: slow } }).perform(act, context);
      if (late) await expect(done).rejects.toThrow(/took 10 s, so it was not \w+ any more/);
      // What it asks may be refused, as nobody has prepared it here; but it is asked.
      else await done.catch(() => undefined);
      expect(fake.done.filter((line) => !line.startsWith('claim ')).length > 0).toBe(!late);
    }
  },
);
