import { describe, expect, it } from 'vitest';
import { createRouting, type RouteRule } from '../../src/alerts/routing.ts';

const clusters = [
  { name: 'billing', environment: 'production', etcd: 'main' },
  { name: 'orders', environment: 'production', etcd: 'main' },
  { name: 'sandbox', environment: 'test', etcd: 'small' },
];
const rule = (about: Partial<RouteRule>): RouteRule => ({
  mention: [],
  targets: [],
  escalation: [],
  ...about,
});
const MONDAY_NOON = Date.parse('2026-11-30T12:00:00Z');
const MONDAY_NIGHT = Date.parse('2026-11-30T23:30:00Z');
const office = { days: [1, 2, 3, 4, 5], from: 9 * 60, to: 17 * 60, zone: 'Europe/Berlin' };
const night = { days: [1, 2, 3, 4, 5], from: 22 * 60, to: 6 * 60, zone: 'Europe/Berlin' };

function routed(
  rules: readonly RouteRule[],
  about: { cluster?: string; severity?: 'critical' | 'warning' | 'info' } = {},
  atMs = MONDAY_NOON,
) {
  const routing = createRouting({ rules, channel: 'C0ALERTS1', targets: ['pager', 'mail'], clusters });
  const { cluster = 'billing', severity = 'critical' } = about;
  return routing.routeOf({ cluster, severity, situation: 'failover' }, atMs);
}

describe('whom an incident is told', () => {
  it('is the alerts channel where nothing is configured, and every target when Slack does not take it, so that nothing is lost', () => {
    expect(routed([])).toEqual({
      channel: 'C0ALERTS1',
      mention: [],
      targets: [],
      backup: { targets: ['pager', 'mail'], afterMs: 20_000 },
      escalation: [],
    });
  });

  it('is nobody beside Slack about what is only for the record', () => {
    expect(routed([], { severity: 'info' }).backup.targets).toEqual([]);
    expect(routed([], { severity: 'warning' }).backup.targets).toEqual(['pager', 'mail']);
  });

  it.each<[string, Partial<RouteRule>, boolean]>([
    ['its cluster', { clusters: ['billing'] }, true],
    ['another cluster', { clusters: ['orders'] }, false],
    ['its environment', { environments: ['production'] }, true],
    ['another environment', { environments: ['test'] }, false],
    ['its severity', { severities: ['critical', 'warning'] }, true],
    ['another severity', { severities: ['info'] }, false],
    ['its situation', { situations: ['failover'] }, true],
    ['another situation', { situations: ['replication-lag'] }, false],
    ['hours that hold now', { hours: [office] }, true],
    ['hours that do not', { hours: [night] }, false],
    ['its cluster in another environment', { clusters: ['billing'], environments: ['test'] }, false],
  ])('is decided by a route for %s', (_, about, fits) => {
    expect(routed([rule({ channel: 'C0SPECIAL', ...about })]).channel).toBe(fits ? 'C0SPECIAL' : 'C0ALERTS1');
  });

  it('is decided by the first route that fits, whole, as nobody can hold a mixture of routes in their head', () => {
    const rules = [
      rule({ channel: 'C0NIGHTS1', hours: [night], targets: ['pager'] }),
      rule({ channel: 'C0BILLING', clusters: ['billing'], mention: ['S0BILLING'] }),
    ];
    expect(routed(rules, {}, MONDAY_NIGHT)).toMatchObject({ channel: 'C0NIGHTS1', mention: [], targets: ['pager'] });
    expect(routed(rules)).toMatchObject({ channel: 'C0BILLING', mention: ['S0BILLING'], targets: [] });
    expect(routed(rules, { cluster: 'sandbox' })).toMatchObject({ channel: 'C0ALERTS1' });
  });

  it('holds after midnight for a night that began on a day of the route, by the clock of its zone', () => {
    const rules = [rule({ channel: 'C0NIGHTS1', hours: [night] })];
    const at = (iso: string) => routed(rules, {}, Date.parse(iso)).channel;
    expect(at('2026-12-05T04:59:00Z')).toBe('C0NIGHTS1');
    expect(at('2026-12-05T05:00:00Z')).toBe('C0ALERTS1');
    expect(at('2026-12-05T22:30:00Z')).toBe('C0ALERTS1');
  });

  it('is, of an etcd, decided by the clusters that live on it', () => {
    const rules = [rule({ channel: 'C0ORDERS1', clusters: ['orders'] }), rule({ channel: 'C0TESTS01', environments: ['test'] })];
    expect(routed(rules, { cluster: 'etcd main' }).channel).toBe('C0ORDERS1');
    expect(routed(rules, { cluster: 'etcd small' }).channel).toBe('C0TESTS01');
    expect(routed(rules, { cluster: 'etcd unknown' }).channel).toBe('C0ALERTS1');
  });

  it('has the second path and the steps that the route says, or none where it says none', () => {
    const step = { after: 300_000, mention: ['S0LEADS01'], targets: ['pager'] };
    const route = routed([rule({ channel: 'C0BILLING', backup: { targets: ['mail'], after: 5000 }, escalation: [step] })]);
    expect(route.backup).toEqual({ targets: ['mail'], afterMs: 5000 });
    expect(route.escalation).toEqual([{ afterMs: 300_000, mention: ['S0LEADS01'], targets: ['pager'] }]);
    expect(routed([rule({ channel: 'C0BILLING', backup: { targets: [], after: 5000 } })]).backup.targets).toEqual([]);
  });
});
