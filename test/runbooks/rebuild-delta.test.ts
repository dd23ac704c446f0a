import { describe, expect, it } from 'vitest';
import rebuild from '../../runbooks/rebuild.ts';
import { countPoints, sweepDeaths, sweepThaws } from '../support/crash-sweep.ts';
import { backupOf, backupsOf } from '../support/fake-backups.ts';
import type { FakeCluster } from '../support/fake-cluster.ts';
import { dataIn, diverge } from '../support/fake-rebuild.ts';
import { CLUSTER } from '../support/healthy-cluster.ts';
import { runbookEngine } from '../support/runbook-engine.ts';

function backedUp(fake: FakeCluster): FakeCluster {
  diverge(fake);
  dataIn(fake, 'pg3').restoreCommand = 'pgbackrest archive-get %f "%p"';
  fake.shown.backups = backupsOf([backupOf(5)]);
  return fake;
}

describe('a restore by pgBackRest over a member, wherever its worker dies', () => {
  const engine = () => runbookEngine(rebuild, { cluster: CLUSTER, node: 'pg3', how: 'delta', discard: 'pg3' }, backedUp);

  it('restores once, recovers once and streams', async () => {
    const points = await countPoints(await engine());
    expect(points).toBeGreaterThan(20);
    await sweepDeaths(engine, points);
  }, 60_000);

  it('does nothing twice when a frozen worker thaws after its successor', async () => {
    await sweepThaws(engine, await countPoints(await engine()));
  }, 60_000);
});
