import { describe, expect, it } from 'vitest';
import { judge } from '../../src/status/judge.ts';
import { dead, withConfig, withMember, withRest, withSql } from '../support/snapshot-changes.ts';
import {
  healthy,
  healthyStreaming,
  limits,
  LSN,
  notRead,
  primaryMember,
  standbyMember,
  standbyRow,
} from '../support/snapshots.ts';

const base = healthy();
const restOf = (name: string, change: Parameters<typeof withRest>[1]) => withMember(base, name, (one) => withRest(one, change));

describe('overall', () => {
  it('does not call a silent leader dead while standbys still receive from it, because Trunkline may be the one cut off', () => {
    const { findings } = judge(withMember(base, 'pg2', dead), limits);
    expect(findings[0]?.hint).toBe(
      'pg1 and pg3 still have a WAL connection: it died within the last minute, or it lives and only Trunkline cannot reach it.',
    );
  });
  it('says healthy, and nothing else, of a cluster in which everything was read and agrees', () => {
    expect(judge(base, limits)).toMatchObject({ overall: 'healthy', findings: [] });
  });
  it('says healthy of a plain streaming pair without asking for Patroni or etcd', () => {
    expect(judge(healthyStreaming(), limits)).toMatchObject({ overall: 'healthy', findings: [] });
  });
  it('takes a replica of a replica for streaming, because its row is on its upstream', () => {
    const cascading = withMember(
      withMember(base, 'pg2', () => primaryMember('pg2', ['pg1'])),
      'pg1',
      (one) => withSql(one, { standbys: [{ name: 'pg3', state: 'streaming', syncState: 'async', replayLsn: LSN - 8 }] }),
    );
    expect(judge(cascading, limits).findings).toEqual([]);
    expect(judge(cascading, limits).facts.lags.at(-1)).toMatchObject({
      name: 'pg3',
      upstream: 'pg1',
      replayBytes: 8,
      upstreamBytes: 8,
    });
  });
  it("does not warn of the leader's slot of a member that another standby feeds: Patroni looks after it", () => {
    const slot = { name: 'pg3', kind: 'physical', active: false, walStatus: 'reserved', retainedBytes: 80 } as const;
    const fed = withMember(base, 'pg2', (one) => withSql(one, { standbys: [standbyRow('pg1')], slots: [slot] }));
    const row = { name: 'pg3', state: 'streaming', syncState: 'async', replayLsn: LSN } as const;
    const cascading = withMember(fed, 'pg1', (one) => withSql(one, { standbys: [row] }));
    expect(judge(cascading, limits).findings).toEqual([]);
    expect(judge(fed, limits).findings.map(({ id }) => id)).toContain('slot-inactive');
  });
  it('never turns a missing row into lag 0', () => {
    const { facts } = judge(
      withMember(base, 'pg2', () => primaryMember('pg2', ['pg1'])),
      limits,
    );
    const pg3 = facts.lags.find(({ name }) => name === 'pg3');
    expect(pg3).toMatchObject({ state: 'not streaming' });
    expect(pg3).not.toHaveProperty('replayBytes');
  });
  it('ignores inactive slots of standbys, because Patroni 4 keeps them on purpose', () => {
    const idle = withMember(base, 'pg1', (one) => withSql(one, { slots: [{ name: 'pg3', kind: 'physical', active: false }] }));
    expect(judge(idle, limits).overall).toBe('healthy');
  });
  it('accepts the standby leader of a standby cluster as leader', () => {
    const standby = withConfig(
      {
        ...base,
        members: [
          standbyMember('pg1', 'pg2'),
          withRest(withSql(primaryMember('pg2', ['pg1', 'pg3']), { inRecovery: true }), { role: 'standby_leader' }),
          standbyMember('pg3', 'pg2'),
        ],
      },
      { standbyCluster: true },
    );
    expect(judge(standby, limits)).toMatchObject({ overall: 'healthy', findings: [] });
  });
  it('calls what is only unread not fully read, and neither healthy nor broken', () => {
    expect(
      judge(
        withMember(base, 'pg1', (one) => ({ ...one, disk: notRead() })),
        limits,
      ).overall,
    ).toBe('not fully read');
  });
  it('stays healthy with a pending restart, because nothing is at risk', () => {
    expect(judge(restOf('pg1', { pendingRestart: true }), limits).overall).toBe('healthy');
  });
});
