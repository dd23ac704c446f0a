import { describe, expect, it } from 'vitest';
import type { LossEvidence } from '../../src/alerts/loss-evidence.ts';
import { refine } from '../../src/alerts/refine.ts';

const silent = { answer: 'silent', why: 'no answer within 2.4 s' } as const;
const refused = { answer: 'host', why: 'connection refused' } as const;
const primary = { answer: 'server', inRecovery: false, timeline: 4 } as const;
const standby = { answer: 'server', inRecovery: true, timeline: 4 } as const;
const rest = (state: string, role = 'primary') => ({ answer: 'server', state, role }) as const;
const sees = (what: 'postgres' | 'patroni' | 'nothing' | 'unknown') => ['pg2', 'pg3'].map((from) => ({ from, sees: what }));
const gone = { leader: 'pg1', key: 'lease-ended', rest: silent, sql: silent } as const;

const CASES: readonly [string, string | undefined, LossEvidence, RegExp?][] = [
  ['nothing was looked at yet', undefined, { leader: 'pg1', key: 'lease-ended' }],
  [
    'its lease ended and nobody sees anything of it',
    'host-lost',
    { ...gone, others: sees('nothing') },
    /pg2 and pg3 see nothing/,
  ],
  [
    'its lease ended, it is silent and nobody else could be asked',
    'host-lost',
    { ...gone, others: sees('unknown') },
    /down or cut off$/,
  ],
  ['it is silent, holds the key and the others were not asked yet', undefined, { ...gone, key: 'held' }],
  ['it is silent, holds the key and the others see nothing', 'host-lost', { ...gone, key: 'held', others: sees('nothing') }],
  [
    'it is silent to the bot and another host sees its PostgreSQL',
    'network-cut',
    { ...gone, others: sees('postgres') },
    /pg2 and pg3 can see/,
  ],
  ['it is silent to the bot and renews its lease', 'network-cut', { ...gone, key: 'held', isRenewed: true }, /renews its lease/],
  [
    'its lease ended and Patroni and PostgreSQL answer',
    'network-cut',
    { ...gone, rest: rest('running', 'replica'), sql: standby },
    /cut from etcd/,
  ],
  [
    'it came back and its log says that it lived without the DCS',
    'network-cut',
    { ...gone, others: sees('nothing'), logged: 'demoting self' },
  ],
  ['Patroni hangs while PostgreSQL takes writes', 'patroni-hung', { ...gone, sql: primary }, /still takes writes$/],
  [
    'Patroni hangs and another one was promoted',
    'patroni-hung',
    { ...gone, sql: primary, now: 'pg2', isProven: true },
    /two primaries/,
  ],
  ['Patroni hangs before its lease ends', 'patroni-hung', { ...gone, key: 'held', sql: primary }],
  [
    'both refuse connections, so the host lives',
    'postgres-crashed',
    { ...gone, rest: refused, sql: refused, others: sees('nothing') },
    /host of pg1 is up/,
  ],
  [
    'Patroni says that PostgreSQL crashed',
    'postgres-crashed',
    { leader: 'pg1', key: 'released', rest: rest('crashed'), sql: refused, now: 'pg2' },
    /another member leads/,
  ],
  [
    'its control file is that of a crash',
    'postgres-crashed',
    { leader: 'pg1', key: 'released', server: { running: false, control: 'in production' } },
  ],
  [
    'a clean stop of Patroni',
    'leader-released',
    { leader: 'pg1', key: 'released', rest: refused, sql: refused, server: { running: false, control: 'shut down' } },
    /was stopped/,
  ],
  [
    'Patroni gave the key up and runs',
    'leader-released',
    { leader: 'pg1', key: 'released', rest: rest('running', 'replica'), sql: standby },
    /gave the key up$/,
  ],
  ['a request by hand', 'switchover', { leader: 'pg1', key: 'asked', now: 'pg2' }, /not through Trunkline/],
  [
    'its PostgreSQL died and Patroni keeps the key',
    'postgres-crashed',
    { leader: 'pg1', key: 'held', saidCrashed: true },
    /in place$/,
  ],
  [
    'a higher timeline without a crash that was seen',
    'restart-in-place',
    { leader: 'pg1', key: 'held', saidRestarted: true, now: 'pg1' },
  ],
  ['the same member has the key again', 'leader-blip', { leader: 'pg1', key: 'unknown', now: 'pg1' }],
  [
    'the same member has the key again after a crash',
    'restart-in-place',
    { leader: 'pg1', key: 'released', now: 'pg1', saidCrashed: true },
  ],
  [
    'a name written over another',
    'leader-overwritten',
    { leader: 'pg1', key: 'overwritten', overwrote: 'pg2 wrote its name over the leader key of pg1' },
    /over/,
  ],
  [
    'a name written over another, which an earlier bot saw',
    'leader-overwritten',
    { leader: 'pg1', key: 'overwritten' },
    /a member/,
  ],
  [
    'both say that they are the primary',
    'two-primaries',
    { leader: 'pg1', key: 'overwritten', now: 'pg2', isProven: true, rest: rest('running'), sql: primary },
  ],
  ['the probe met two primaries', 'two-primaries', { ...gone, probeStopped: 'two primaries: a and b took writes' }],
  [
    'a key whose holder is long no primary',
    'key-without-primary',
    { ...gone, now: 'pg2', unproven: { forMs: 20_000, why: 'pg2 is in recovery' } },
    /pg2 is in recovery/,
  ],
  [
    'a key whose holder still promotes',
    'host-lost',
    { ...gone, others: sees('nothing'), now: 'pg2', unproven: { forMs: 3000, why: 'pg2 is in recovery' } },
  ],
];

describe('refine', () => {
  it.each(CASES)('when %s: %s', (_, situation, evidence, says) => {
    const refined = refine(evidence);
    expect(refined?.situation).toBe(situation);
    if (says) expect(refined?.says).toMatch(says);
  });

  it('gives as evidence what each way of looking came to, and nothing of a host that could not be asked', () => {
    const others = [...sees('nothing').slice(0, 1), { from: 'pg3', sees: 'unknown' as const }];
    expect(refine({ ...gone, others })?.evidence).toEqual([
      'REST of pg1: no answer within 2.4 s',
      'SQL on pg1: no answer within 2.4 s',
      'pg2 sees nothing of pg1',
    ]);
  });
});
