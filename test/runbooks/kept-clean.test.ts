import { describe, expect, it } from 'vitest';
import keptClean from '../../runbooks/kept-clean.ts';
import { fakeCluster, notRead } from '../support/fake-cluster.ts';
import { fakeStreaming, LEDGER } from '../support/fake-streaming.ts';
import { CLUSTER, MIB, read } from '../support/healthy-cluster.ts';

const FOLDER = 'old-t6-3000000';
const kept = async () => read([{ suffix: FOLDER, path: `/data/main.${FOLDER}`, bytes: 100 * MIB, sinceMs: 1 }]);

/** What the plan says of whether the node needs the folder still, in a cluster of each kind. */
async function streams(node: string, { isPlain = false, parted = '' } = {}) {
  const fake = fakeCluster();
  const shown = isPlain ? fakeStreaming().shown : fake.shown;
  for (const { sql } of shown.snapshot.members)
    if (sql.ok) sql.value.standbys = sql.value.standbys.filter(({ name }) => name !== parted);
  const view = { ...fake.view, kept, snapshot: async () => structuredClone(shown.snapshot) };
  const { plan } = await keptClean.propose({ cluster: isPlain ? LEDGER : CLUSTER, node, folder: FOLDER }, view);
  return plan.checks.find(({ id }) => id === 'node-streams');
}

describe('the plan of deleting what was kept', () => {
  it.each([
    ['Patroni', false],
    ['plain streaming', true],
  ])('sees that a standby streams, and that the primary leads, in a cluster of %s', async (_kind, isPlain) => {
    expect(await streams('pg2', { isPlain })).toMatchObject({ verdict: 'pass', says: 'pg2 streams, so it does not need it' });
    expect(await streams('pg1', { isPlain })).toMatchObject({ verdict: 'pass', says: 'pg1 leads, so it does not need it' });
  });

  it.each([
    ['Patroni', false],
    ['plain streaming', true],
  ])('blocks where the node does not stream in a cluster of %s, as the folder may be the only copy', async (_kind, isPlain) => {
    expect(await streams('pg3', { isPlain, parted: 'pg3' })).toMatchObject({ verdict: 'block', hard: false });
  });

  it('refuses where the folder is gone or the host is silent', async () => {
    const { view } = fakeCluster();
    const asked = { cluster: CLUSTER, node: 'pg2', folder: FOLDER };
    await expect(keptClean.propose(asked, view)).rejects.toThrow(/nothing is kept on pg2/);
    await expect(keptClean.propose(asked, { ...view, kept: async () => notRead() })).rejects.toThrow(/can not be read/);
  });
});
