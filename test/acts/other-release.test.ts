import { describe, expect, it } from 'vitest';
import { createActs } from '../../src/acts/all.ts';
import type { HostCommand } from '../../src/acts/hands.ts';
import { fakeCluster } from '../support/fake-cluster.ts';
import { CLUSTER } from '../support/healthy-cluster.ts';

const context = { claim: 'r1.tags', signal: new AbortController().signal };

function recording() {
  const ran: HostCommand[] = [];
  const { hands } = fakeCluster();
  const run = async (_cluster: string, _member: string, command: HostCommand) => {
    ran.push(command);
    return { stdout: 't' };
  };
  return { acts: createActs({ ...hands, hosts: { ...hands.hosts, run } }), ran };
}

describe('an act that another release has planned', () => {
  it('is not taken for another one: the cancel of a statement never ends the session', async () => {
    const { acts, ran } = recording();
    const args = { cluster: CLUSTER, member: 'pg1', pid: 4242, startedUs: 1, how: 'cancel' };
    await expect(acts.perform({ act: 'end-backend', args }, context)).rejects.toThrow(/planned by another release/);
    expect(ran).toEqual([]);
  });

  it.each([
    ['undrain', { cluster: CLUSTER, member: 'pg2' }],
    ['allow-replication', { cluster: CLUSTER, member: 'pg1', role: 'standby_pg3', address: '10.0.0.13/32' }],
    ['replication-role', { cluster: CLUSTER, primary: 'pg1', member: 'pg3', role: 'standby_pg3' }],
  ])('says so where arguments are missing, and does nothing: %s', async (act, args) => {
    const { acts, ran } = recording();
    const error = await acts.perform({ act, args }, context).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'refusal', message: expect.stringMatching(/planned by another release of Trunkline/) });
    expect(acts.debt({ act, args })).toBeUndefined();
    expect(acts.pays({ act, args })).toEqual([]);
    expect(ran).toEqual([]);
  });
});
