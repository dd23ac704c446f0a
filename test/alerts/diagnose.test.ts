import { describe, expect, it } from 'vitest';
import { diagnose, type Situation } from '../../src/alerts/diagnose.ts';
import { emptyState, foldScope, type ScopeState } from '../../src/alerts/scope-state.ts';
import type { DcsChange } from '../../src/core/dcs-change.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const member = (name: string, state?: string, role?: 'primary' | 'replica' | 'demoted', timeline?: number): DcsChange => ({
  key: 'member',
  name,
  ...(state ? { member: { state, tags: {}, ...(role ? { role } : {}), ...(timeline === undefined ? {} : { timeline }) } } : {}),
});
const leader = (name?: string): DcsChange => ({ key: 'leader', ...(name ? { name } : {}) });
const failover = (of?: { leader?: string; candidate?: string; scheduledAt?: string }): DcsChange => ({
  key: 'failover',
  ...(of ? { failover: of } : {}),
});

const healthy: ScopeState = {
  ...emptyState,
  revision: 10,
  leader: 'pg1',
  leaderRevision: 3,
  timeline: 4,
  members: {
    pg1: { state: 'running', role: 'primary', timeline: 4 },
    pg2: { state: 'running', role: 'replica', timeline: 4 },
  },
};

/** Folds revisions one after the other and collects what each meant. */
function story(...revisions: readonly (readonly DcsChange[])[]): { situations: Situation[]; state: ScopeState } {
  let state = healthy;
  const situations: Situation[] = [];
  revisions.forEach((changes, i) => {
    const after = foldScope(state, 11 + i, changes, NOW);
    const situation = diagnose(state, after);
    if (situation) situations.push(situation);
    state = after;
  });
  return { situations, state };
}
const brief = ({ kind, cause, from, to }: Situation) => `${kind} ${cause} ${from} -> ${to ?? 'none'}`;

describe('diagnose', () => {
  it('knows a planned switchover of Patroni 3.0 by its order of events', () => {
    const { situations, state } = story(
      [failover({ leader: 'pg1' })],
      [member('pg1', 'running', 'primary', 4)],
      [member('pg2', 'running', 'replica', 4)],
      [leader()],
      [member('pg1', 'stopped', 'demoted')],
      [leader('pg2')],
      [failover()],
      [member('pg2', 'running', 'replica', 4)],
      [{ key: 'history', history: [{ timeline: 4, lsn: 1, reason: 'no recovery target specified', newLeader: 'pg2' }] }],
      [member('pg2', 'running', 'primary', 5)],
    );
    expect(situations.map(brief)).toEqual(['lost planned pg1 -> none', 'led planned pg1 -> pg2']);
    expect(situations[0]?.evidence).toBe(
      'revision 14 deleted the leader key alone; the failover key asked for a switchover from pg1',
    );
    expect(state).toMatchObject({ leader: 'pg2', timeline: 5, lastHistory: 4 });
  });

  it('knows a planned switchover of Patroni 4 with a candidate, whose replicas stream', () => {
    const { situations } = story(
      [failover({ leader: 'pg1', candidate: 'pg2' })],
      [member('pg2', 'streaming', 'replica', 4)],
      [leader()],
      [leader('pg2')],
      [member('pg1', 'stopped', 'demoted')],
      [failover()],
      [member('pg2', 'running', 'primary', 5)],
    );
    expect(situations.map(brief)).toEqual(['lost planned pg1 -> none', 'led planned pg1 -> pg2']);
    expect(situations[0]?.evidence).toMatch(/from pg1 to pg2$/);
  });

  it('knows a crash or partition: both keys of the old leader in one revision', () => {
    const { situations } = story([leader(), member('pg1')], [leader('pg2')], [member('pg2', 'running', 'primary', 5)]);
    expect(situations.map(brief)).toEqual(['lost crash pg1 -> none', 'led crash pg1 -> pg2']);
    expect(situations[0]).toMatchObject({ says: 'pg1 lost the leader key: crash or partition', timeline: 4 });
    expect(situations[1]?.says).toBe('pg2 took the leader key from pg1');
  });

  it('takes a lease that ends during a switchover for a crash', () => {
    const { situations } = story([failover({ leader: 'pg1' })], [member('pg1'), leader()]);
    expect(situations.map(brief)).toEqual(['lost crash pg1 -> none']);
  });

  it('does not take the loss of another member in the same revision for a crash of the leader', () => {
    expect(story([leader(), member('pg2')]).situations.map(brief)).toEqual(['lost released pg1 -> none']);
  });

  it('knows a killed postmaster that is started again in place', () => {
    const { situations } = story(
      [member('pg1', 'crashed', 'primary')],
      [member('pg1', 'running', 'replica', 4)],
      [member('pg1', 'running', 'primary', 5)],
    );
    expect(situations.map(brief)).toEqual(['crashed crash pg1 -> pg1', 'restarted unknown pg1 -> pg1']);
    expect(situations[1]?.says).toBe('pg1 was restarted in place, timeline 4 -> 5');
  });

  it('knows a killed postmaster whose Patroni gives the lock up at once (primary_start_timeout 0)', () => {
    const { situations } = story(
      [member('pg1', 'crashed', 'primary')],
      [leader()],
      [member('pg1', 'stopped', 'demoted')],
      [leader('pg2')],
    );
    expect(situations.map(brief)).toEqual(['crashed crash pg1 -> pg1', 'lost released pg1 -> none', 'led released pg1 -> pg2']);
  });

  it.each([
    ['no failover key', undefined],
    ['a failover key that names another leader', { leader: 'pg9' }],
    ['a switchover scheduled for later', { leader: 'pg1', scheduledAt: '2026-11-22T13:00:00+00:00' }],
    ['a scheduled time that is no time', { leader: 'pg1', scheduledAt: 'soon' }],
  ])('calls it released with %s', (_, key) => {
    expect(story([failover(key)], [leader()]).situations.map(brief)).toEqual(['lost released pg1 -> none']);
  });

  it.each([
    ['a switchover scheduled for a time that has come', { leader: 'pg1', scheduledAt: '2026-11-22T11:59:00+00:00' }],
    ['a manual failover, whose key names only the candidate', { candidate: 'pg2' }],
  ])('calls it planned with %s', (_, key) => {
    expect(story([failover(key)], [leader()]).situations.map(brief)).toEqual(['lost planned pg1 -> none']);
  });

  it('calls it a blip when the same member takes the key again, and its new timeline no restart', () => {
    const { situations } = story([leader()], [leader('pg1')], [member('pg1', 'running', 'primary', 5)]);
    expect(situations.map(brief)).toEqual(['lost released pg1 -> none', 'led blip pg1 -> pg1']);
  });

  it('warns when the key is overwritten without being deleted, as a stolen lock is', () => {
    const { situations } = story([leader('pg2')]);
    expect(situations.map(brief)).toEqual(['overwritten unknown pg1 -> pg2']);
    expect(situations[0]?.evidence).toMatch(/ask both by SQL/);
  });

  it('says nothing of a leader that a new cluster gets, of members that come and go, of pause', () => {
    const first = foldScope(emptyState, 1, [leader('pg1')], NOW);
    expect(diagnose(emptyState, first)).toBeUndefined();
    expect(
      story([member('pg2')], [member('pg2', 'running', 'replica', 4)], [{ key: 'config', ttlS: 20, paused: true }]).situations,
    ).toEqual([]);
  });
});

describe('a scope that vanishes', () => {
  it('is no crash, though its leader key and member key go in one revision: all keys were deleted', () => {
    const { situations } = story([leader(), member('pg1'), member('pg2'), { key: 'other', path: 'initialize' }]);
    expect(situations).toMatchObject([
      { kind: 'lost', cause: 'released', from: 'pg1', says: 'all keys of the cluster were deleted from etcd' },
    ]);
    expect(situations[0]?.evidence).toContain('patronictl remove');
  });
});
