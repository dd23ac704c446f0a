import { describe, expect, it } from 'vitest';
import { applySignal, incidentOf, outcomeOf } from '../../src/alerts/apply-signal.ts';
import { incidentCard } from '../../src/alerts/incident-card.ts';
import { incidentMessage } from '../../src/alerts/incident-message.ts';
import type { Incident } from '../../src/core/incident.ts';
import { type Message, plain } from '../../src/core/message.ts';
import type { Signal } from '../../src/core/signal.ts';
import { linesOf } from '../support/fake-alert-chat.ts';
import { conditionAt } from '../support/desk-world.ts';

const T0 = Date.parse('2026-11-22T12:00:00Z');
const signal = (changes: Partial<Signal>): Signal => ({
  ...{ id: '77-5-billing', cluster: 'billing', revision: 5, atMs: T0, kind: 'lost', cause: 'crash', from: 'pg1', timeline: 4 },
  ...{ says: 'pg1 lost the leader key: crash or partition', evidence: 'revision 5 deleted both keys' },
  ...changes,
});
const open = (changes: Partial<Signal> = {}) => incidentOf(signal(changes), '77-5-billing', 'alerts');

describe('incidentMessage', () => {
  it('says the most important first while there is no leader', () => {
    const message = incidentMessage(open());
    expect(message.summary).toBe('billing: pg1 lost the leader key: crash or partition');
    expect(linesOf(message)).toEqual([
      'billing: failover, no leader now',
      'pg1 lost the leader key: crash or partition.',
      'Critical: needs somebody now, since 2026-11-22T12:00:00Z',
      'Leader was pg1, timeline 4',
      'Leader key lost 2026-11-22T12:00:00Z',
      'First look: See that the new leader takes writes and whether the old one has come back as a replica.',
      'Likely cause: The old leader or its host died, or it lost its way to etcd for longer than ttl.',
      'Seen: revision 5 deleted both keys.',
      'Incident i2qaaiv5',
    ]);
  });

  it('ends as one short account with times, timelines and the proof', () => {
    const led = applySignal(open(), signal({ kind: 'led', to: 'pg2', atMs: T0 + 100, says: 'pg2 took the leader key from pg1' }));
    const proven = { ...led, provenAtMs: T0 + 2000, timelineAfter: 5, membersBackAtMs: T0 + 9000 };
    const outcome = outcomeOf(proven, T0 + 9000);
    expect(outcome).toBe('pg2 leads on timeline 5, 100 ms without a leader key, over after 9 s');
    expect(linesOf(incidentMessage({ ...proven, resolvedAtMs: T0 + 9000, outcome, waitsFor: 'pg1' }))).toEqual([
      'billing: failover pg1 -> pg2, resolved',
      `${outcome}.`,
      'pg2 took the leader key from pg1.',
      'Critical, from 2026-11-22T12:00:00Z to 2026-11-22T12:00:09Z',
      'Leader pg1 -> pg2, timeline 4 -> 5',
      'Leader key lost 2026-11-22T12:00:00Z',
      'New leader key 2026-11-22T12:00:00.100Z (+100 ms)',
      'Members streaming 2026-11-22T12:00:09Z (+9 s)',
      'Incident i2qaaiv5; /pg incident i2qaaiv5 has what was seen',
    ]);
  });

  it('does not call a crash that Patroni repairs in place a failover', () => {
    const crashed = open({
      kind: 'crashed',
      to: 'pg1',
      says: 'PostgreSQL on the leader pg1 crashed; Patroni restarts it in place',
    });
    expect(linesOf(incidentMessage(crashed)).slice(0, 4)).toEqual([
      'billing: crash of the leader pg1',
      'PostgreSQL on the leader pg1 crashed; Patroni restarts it in place.',
      'Critical: needs somebody now, since 2026-11-22T12:00:00Z',
      'Leader is pg1, timeline 4',
    ]);
    const back = applySignal(crashed, signal({ kind: 'restarted', cause: 'unknown', to: 'pg1', atMs: T0 + 5000 }));
    const lines = linesOf(incidentMessage(back));
    expect(lines[0]).toBe('billing: restart of the leader in place');
    expect(lines).toContain('Leader back 2026-11-22T12:00:05Z (+5 s)');
  });

  it('keeps the first sight of the probes when the DCS follows', () => {
    const silent = open({ kind: 'silent', cause: 'unknown', says: 'the leader pg1 has not answered for 3 s' });
    expect(linesOf(incidentMessage(silent))[0]).toBe('billing: no answer of the leader pg1');
    const lines = linesOf(incidentMessage(applySignal(silent, signal({ atMs: T0 + 20_000 }))));
    expect(lines[0]).toBe('billing: failover, no leader now');
    expect(lines).toContain('First seen 2026-11-22T12:00:00Z');
    expect(lines).toContain('Leader key lost 2026-11-22T12:00:20Z (+20 s)');
  });

  it('asks for nobody once somebody has taken it up', () => {
    const acts = [{ act: 'acknowledge' as const, by: 'U0OLGA', atMs: T0 + 5000 }];
    expect(linesOf(incidentMessage({ ...open(), acts }))).toContain('Critical, since 2026-11-22T12:00:00Z');
  });

  it('says how long nothing could be written, as the probe saw it, also while that lasts', () => {
    const through = '10.0.0.100:5000';
    const lines = (writeOutage: Incident['writeOutage']) => linesOf(incidentMessage({ ...open(), writeOutage }));
    expect(lines({ kind: 'lasts', sinceMs: T0, through })).toContain('Writes through 10.0.0.100:5000 fail');
    expect(lines({ kind: 'at-least', millis: 9200, resolutionMs: 150, through })).toContain(
      'No write for at least 9.2 s, measured through 10.0.0.100:5000 to 150 ms',
    );
    expect(lines({ kind: 'unknown', why: 'no probe is configured' })).toContain(
      'The write outage is not measured: no probe is configured',
    );
  });

  it('shows the newest evidence and where the rest is', () => {
    const lines = linesOf(incidentMessage({ ...open(), evidence: ['1', '2', '3', '4', '5', '6', '7'].map((n) => `look ${n}`) }));
    expect(lines.filter((line) => line.startsWith('Seen:'))).toEqual([3, 4, 5, 6, 7].map((n) => `Seen: look ${n}.`));
    expect(lines.at(-1)).toBe('Incident i2qaaiv5; /pg incident i2qaaiv5 has the rest of what was seen');
  });

  it('names those whom it went to as Slack does, but calls no group again by being looked at', () => {
    const escalations = [{ atMs: T0, to: 'S0LEADS00, U0ADAM00, pager', why: 'nobody has acknowledged it for 5 min' }];
    const line = (message: Message) => message.parts.find((part) => 'line' in part && plain(part.line).startsWith('Escalated'));
    const live = line(incidentMessage({ ...open(), escalations }));
    expect(live).toMatchObject({ line: expect.arrayContaining([{ group: 'S0LEADS00' }, { person: 'U0ADAM00' }, 'pager']) });
    const shown = line(incidentCard({ ...open(), escalations }));
    expect(shown).toMatchObject({ line: expect.arrayContaining([{ code: 'S0LEADS00' }, { person: 'U0ADAM00' }]) });
  });

  it('is called after what it is about, and tells that once, when more belongs to it', () => {
    const quorum = conditionAt(0, 'raised', { key: 'q', situation: 'etcd-no-quorum', severity: 'critical' }, 'etcd main');
    const first = incidentOf({ ...quorum, says: 'etcd main has no quorum' }, 'q', 'alerts');
    const member = conditionAt(1, 'raised', { key: 'd', situation: 'etcd-member-down' }, 'etcd main');
    const lines = linesOf(incidentMessage(applySignal(first, { ...member, says: 'etcd2 does not answer' })));
    expect(lines[1]).toBe('etcd main has no quorum.');
    expect(lines.filter((line) => line.startsWith('etcd main has no quorum'))).toHaveLength(1);
    expect(lines).toContain('etcd2 does not answer');
  });

  it('is as bad with two primaries as without a leader', () => {
    const led = applySignal(open(), signal({ kind: 'led', to: 'pg2', atMs: T0 + 100 }));
    expect(incidentMessage(led).parts[0]).toMatchObject({ sign: 'warn' });
    expect(incidentMessage({ ...led, situation: 'two-primaries' }).parts[0]).toMatchObject({ sign: 'bad' });
  });
});
