import { describe, expect, it } from 'vitest';
import type { StateData } from '../../src/core/plan.ts';
import { createStates } from '../../src/states/all.ts';
import { heldDown } from '../../src/states/held-down.ts';
import { lagUnder } from '../../src/states/lag-under.ts';
import { mostAdvanced } from '../../src/states/most-advanced.ts';
import { primaryIs } from '../../src/states/primary-is.ts';
import { shutdownReplayed } from '../../src/states/shutdown-replayed.ts';
import { startsAtBoot } from '../../src/states/starts-at-boot.ts';
import { streaming } from '../../src/states/streaming.ts';
import { fakeCluster, notRead } from '../support/fake-cluster.ts';
import { LEDGER } from '../support/fake-streaming.ts';
import { WAL_LSN } from '../support/healthy-cluster.ts';
import { inLedger, type LedgerChange } from '../support/ledger-table.ts';

const healthy: LedgerChange = () => undefined;
const run = (fake: Parameters<LedgerChange>[0], ...verbs: readonly ('stop' | 'mask')[]) => {
  for (const verb of verbs) fake.ledger.run('pg1', { name: 'service', service: 'postgres', verb });
};
const fenced: LedgerChange = (f) => {
  run(f, 'stop', 'mask');
  f.ledger.run('pg1', { name: 'mark standby' });
};
/** Its host booted between the mark and the mask. */
const standbyOfNobody: LedgerChange = (f) => {
  run(f, 'stop');
  f.ledger.run('pg1', { name: 'mark standby' });
  f.ledger.run('pg1', { name: 'service', service: 'postgres', verb: 'start' });
};
const promoted: LedgerChange = (f) => {
  fenced(f);
  f.ledger.run('pg2', { name: 'promote', timeline: 7 });
};
const otherPromoted: LedgerChange = (f) => {
  fenced(f);
  f.ledger.run('pg3', { name: 'promote', timeline: 7 });
};
const replayed = shutdownReplayed({
  cluster: LEDGER,
  stopped: 'pg1',
  standby: 'pg2',
  systemId: '7711123950511697988',
  timeline: 7,
});
/** It receives the new timeline, and replays nothing of it. */
const parted =
  (name: string): LedgerChange =>
  (f) =>
    void Object.assign(inLedger(f, name).sql, { replayTimeline: 6 });
const says =
  (name: string, timeline: number): LedgerChange =>
  (f) =>
    void Object.assign(inLedger(f, name).server, { replays: { systemId: '7711123950511697988', timeline } });
const both =
  (one: LedgerChange, other: LedgerChange): LedgerChange =>
  (f) => {
    one(f);
    other(f);
  };
const control =
  (change: object): LedgerChange =>
  (f) => {
    fenced(f);
    Object.assign(inLedger(f, 'pg1').server.control ?? {}, change);
  };

describe.each<
  readonly [string, StateData, readonly (readonly [string, LedgerChange, true | 'not yet' | 'impossible', string])[]]
>([
  [
    'primary-is without Patroni',
    primaryIs(LEDGER, 'pg2', { timeline: 8, from: 'pg1' }),
    [
      ['before', healthy, 'not yet', 'pg1 leads on timeline 7'],
      ['while nobody leads', fenced, 'not yet', 'no member that answers by SQL is out of recovery; pg1 did not answer'],
      ['promoted', promoted, true, 'pg2 is the primary on timeline 8, by SQL'],
      [
        'two at once',
        (f) => void Object.assign(inLedger(f, 'pg2').sql, { inRecovery: false }),
        'not yet',
        'pg1 and pg2 are out of recovery at once',
      ],
      ['another won', otherPromoted, 'impossible', 'pg3 is the primary'],
    ],
  ],
  [
    'streaming without Patroni',
    streaming(LEDGER, ['pg3'], 8),
    [
      ['not pointed yet', promoted, 'not yet', 'pg3 is not connected to pg2'],
      ['before', healthy, 'not yet', 'on timeline 7, not 8 yet'],
    ],
  ],
  [
    'streaming without Patroni, of what is received and replayed',
    streaming(LEDGER, ['pg3'], 7),
    [
      ['as it is', healthy, true, 'pg3 is streaming from pg1'],
      ['it parted before', parted('pg3'), 'not yet', 'pg3 receives timeline 7 but replays 6 by its control file'],
      ['its own word is newer than its control file', both(parted('pg3'), says('pg3', 7)), true, 'pg3 is streaming'],
      ['by its own word it parted', says('pg3', 6), 'not yet', 'pg3 receives timeline 7 but replays 6: it'],
    ],
  ],
  [
    'most-advanced without Patroni',
    mostAdvanced(LEDGER, 'pg2'),
    [
      ['as much as the other', healthy, true, 'no standby that answers has received more than pg2'],
      [
        'the other is ahead on an older branch',
        both(parted('pg3'), (f) => void Object.assign(inLedger(f, 'pg3').sql, { receiveLsn: WAL_LSN + 1, timeline: 6 })),
        true,
        'has received more than pg2',
      ],
      ['it is of the older branch itself', parted('pg2'), 'not yet', 'pg2 has timeline 7, pg2 replays 6'],
      [
        'another system',
        (f) => void Object.assign(inLedger(f, 'pg3').sql, { systemId: '9' }),
        'not yet',
        'pg3 belongs to another database cluster than pg2',
      ],
    ],
  ],
  [
    'lag-under without Patroni',
    lagUnder(LEDGER, 'pg3', 0),
    [
      ['healthy', healthy, true, 'pg3 replays 0 B behind pg1'],
      ['not yet on the timeline of the primary', says('pg3', 6), 'not yet', 'pg3 receives timeline 7 but replays 6'],
    ],
  ],
  [
    'held-down',
    heldDown(LEDGER, 'pg1'),
    [
      ['runs', healthy, 'not yet', 'PostgreSQL on pg1 runs'],
      ['stopped alone', (f) => run(f, 'stop'), 'not yet', 'is enabled-runtime'],
      ['masked, no signal', (f) => run(f, 'stop', 'mask'), 'not yet', 'there is no standby.signal'],
      ['all of it', fenced, true, 'its unit is masked'],
      [
        'a host that reboots',
        (f) => void Object.assign(f.ledger.shown.servers, { pg1: notRead() }),
        'not yet',
        'can not be asked',
      ],
    ],
  ],
  [
    'shutdown-replayed',
    replayed,
    [
      ['runs', healthy, 'not yet', 'PostgreSQL on pg1 runs'],
      ['replayed', fenced, true, 'pg2 has replayed the shutdown checkpoint of pg1'],
      ['at its beginning only', control({ checkpointLsn: WAL_LSN }), 'not yet', 'has not replayed the shutdown checkpoint'],
      ['a crash', control({ state: 'in production' }), 'impossible', 'not shut down cleanly'],
      ['another cluster', control({ systemId: '9' }), 'impossible', 'is of system 9'],
      ['another timeline', control({ timeline: 8 }), 'impossible', 'on timeline 8'],
      ['an older branch, ahead by its LSN', both(fenced, parted('pg2')), 'not yet', 'pg2 replays timeline 6'],
      ['a later one', both(fenced, says('pg2', 8)), 'impossible', 'pg2 replays timeline 8 already'],
      ['promoted already', promoted, 'impossible', 'out of recovery already'],
    ],
  ],
  [
    'starts-at-boot',
    startsAtBoot(LEDGER, 'pg1'),
    [
      ['as it was', healthy, true, 'is active and enabled-runtime'],
      ['stopped', (f) => run(f, 'stop'), 'not yet', 'does not run'],
      ['masked', fenced, 'not yet', 'masked'],
      [
        'a standby of nobody',
        standbyOfNobody,
        'not yet',
        'but as a standby, and no member that answers by SQL is out of recovery',
      ],
    ],
  ],
])('%s', (_name, state, rows) => {
  it.each(rows)('%s', async (_case, change, expected, part) => {
    const fake = fakeCluster();
    change(fake);
    const verdict = await createStates().judge(state, fake.view, fake.now);
    expect(verdict.holds ? verdict.says : verdict.why).toContain(part);
    expect(verdict.holds ? true : verdict.impossible ? 'impossible' : 'not yet').toBe(expected);
  });
});
