import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { catalogue } from '../../src/alerts/catalogue.ts';
import { situationsOf } from '../../src/compose/situations-of.ts';
import { loadConfig } from '../../src/config/load.ts';
import { ConditionName } from '../../src/core/situation-name.ts';
import { problemsOf } from './problems-of.ts';

const good = readFileSync(fileURLToPath(new URL('good.yml', import.meta.url)), 'utf8');

/** The good file with these situations for all, and for its first cluster. */
function withSituations(situations: object, own: object = {}): string {
  const file = parse(good);
  file.alerts = { situations };
  file.clusters[0].alerts = { situations: own };
  return stringify(file);
}
const settings = (situations: object, own: object = {}) => {
  const config = loadConfig(withSituations(situations, own), 'f.yml');
  return { all: situationsOf(config), first: situationsOf(config, config.clusters[0]) };
};

describe('the situations in the configuration', () => {
  it('are as the catalogue has them when the file says nothing', () => {
    const { first } = settings({});
    for (const name of ConditionName.options)
      expect(first.of(name)).toEqual({ off: false, forMs: catalogue[name].forMs, clearMs: catalogue[name].clearMs });
    expect(first.thresholds).toMatchObject({ lagBytes: 50 * 1024 ** 2, lagMs: 30_000, freeDiskPercent: 10, etcdFsyncMs: 100 });
  });

  it('are changed for all, and by cluster field by field', () => {
    const { all, first } = settings(
      { 'replication-lag': { for: '5m', bytes: '1GiB' }, 'backup-none': { off: true }, 'etcd-slow-disk': { fsync: '20ms' } },
      { 'replication-lag': { severity: 'critical', time: '10s' }, 'paused-too-long': { for: '1h' } },
    );
    expect(first.of('replication-lag')).toMatchObject({ forMs: 300_000, severity: 'critical' });
    expect(all.of('replication-lag').severity).toBeUndefined();
    expect(first.thresholds).toMatchObject({ lagBytes: 1024 ** 3, lagMs: 10_000 });
    expect(all.thresholds.etcdFsyncMs).toBe(20);
    expect(first.of('backup-none').off).toBe(true);
    expect([first.of('paused-too-long').forMs, all.of('paused-too-long').forMs]).toEqual([3_600_000, 900_000]);
  });

  it.each([
    [
      'a name that is none, with the nearest',
      { 'replication-lags': {} },
      /alerts\.situations\.replication-lags.*Did you mean replication-lag\?/s,
    ],
    ['a leader change, which has no threshold', { failover: { for: '1m' } }, /alerts\.situations\.failover/],
    ['a time without a unit', { 'member-gone': { for: '60' } }, /a duration is a number and/],
    ['a threshold of another situation', { 'member-gone': { bytes: '1GiB' } }, /unknown key/],
    ['a severity that is none', { 'member-gone': { severity: 'fatal' } }, /severity/],
  ])('refuse %s', (_what, situations, problem) => {
    expect(problemsOf(withSituations(situations))).toMatch(problem);
  });

  it('refuse a patrol without a pause', () => {
    const file = parse(good);
    file.alerts = { patrol: { every: '10ms' } };
    expect(problemsOf(stringify(file))).toMatch(/at least 1s/);
  });
});
