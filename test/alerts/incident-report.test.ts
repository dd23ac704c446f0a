import { describe, expect, it } from 'vitest';
import { incidentOf } from '../../src/alerts/apply-signal.ts';
import { incidentReport } from '../../src/alerts/incident-report.ts';
import { offersOf } from '../../src/alerts/offers.ts';
import { conditionAt, lossAt } from '../support/desk-world.ts';

describe('the report of an incident', () => {
  it('holds the timeline in UTC, durations and measures, ready for a post-mortem', () => {
    const incident = {
      ...incidentOf(lossAt(0, { evidence: 'revision 5 deleted both keys' }), 'a', 'alerts'),
      ...{
        to: 'pg2',
        ledAtMs: lossAt(18).atMs,
        provenAtMs: lossAt(20).atMs,
        resolvedAtMs: lossAt(60).atMs,
        outcome: 'pg2 leads',
      },
      ...{ lastGoodWriteAtMs: lossAt(0).atMs - 1000, firstWriteAtMs: lossAt(19).atMs, bytesAtRisk: 16_384 },
      writeOutage: { kind: 'measured' as const, millis: 20_000, resolutionMs: 150, through: '10.0.0.100:5000' },
      acts: [{ act: 'acknowledge' as const, by: 'U0OLGA', name: 'olga', atMs: lossAt(30).atMs }],
      escalations: [{ atMs: lossAt(25).atMs, to: 'pager', why: 'nobody has acknowledged it for 25 s' }],
    };
    const report = incidentReport(incident);
    expect(report).toContain('# billing: failover pg1 -\\> pg2, resolved');
    expect(report).toContain('- Ended: 2026-11-22 12:01:00.000, after 1 min');
    expect(report).toContain('- Write outage: no write for 20 s, measured through 10.0.0.100:5000 to 150 ms');
    expect(report).toContain('- Without a leader key: 18 s');
    expect(report).toContain('- Last good write: 2026-11-22 11:59:59.000');
    expect(report).toMatch(/escalated to pager: .*\n.* acknowledged by olga\n/);
    expect(report).toContain('- WAL at risk: at least 16 KiB');
    expect(report).toContain(
      '- 2026-11-22 12:00:00.000 pg1 lost the leader key: crash or partition (seen: revision 5 deleted both keys)',
    );
  });

  it('says that the outage was not measured where no probe saw it', () => {
    expect(incidentReport(incidentOf(lossAt(0), 'a', 'alerts'))).toContain('- Write outage: not measured');
  });

  it('makes no mark-up of what a host said', () => {
    const says = 'x](http://evil) <img src=q> **b**\n# head `c` @here';
    const report = incidentReport(incidentOf(lossAt(0, { says, evidence: says }), 'a', 'alerts'));
    expect(report).not.toMatch(/^# head/mu);
    expect(report).not.toContain('<img');
    expect(report).not.toContain('](http');
    expect(report).toContain('\\*\\*b\\*\\*');
  });
});

describe('the commands that an incident offers', () => {
  it('name the cluster and what it is about', () => {
    const incident = incidentOf(conditionAt(0, 'raised', { situation: 'replication-lag', about: 'pg2' }), 'a', 'alerts');
    for (const { command } of offersOf(incident)) expect(command).not.toMatch(/CLUSTER|ABOUT/);
  });

  it('are left out where what they would name is not safe to type', () => {
    const hostile = incidentOf(conditionAt(0, 'raised', { situation: 'member-stuck', about: 'pg2 --force' }), 'a', 'alerts');
    for (const { command } of offersOf(hostile)) expect(command).not.toContain('--force');
    const etcd = incidentOf(conditionAt(0, 'raised', { situation: 'etcd-slow-disk' }, 'etcd main'), 'a', 'alerts');
    for (const { command } of offersOf(etcd)) expect(command).not.toContain('etcd main');
  });
});
