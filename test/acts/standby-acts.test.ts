import { describe, expect, it } from 'vitest';
import { createActs } from '../../src/acts/all.ts';
import type { HostCommand } from '../../src/acts/hands.ts';
import { autoConf } from '../../src/acts/place-copy.ts';
import { configurePatroni } from '../../src/acts/configure-patroni.ts';
import { replicationRole } from '../../src/acts/replication-role.ts';
import { startStandby } from '../../src/acts/start-standby.ts';
import { reserveSlot } from '../../src/acts/reserve-slot.ts';
import { createStates } from '../../src/states/all.ts';
import { fakeCluster } from '../support/fake-cluster.ts';
import { CLUSTER } from '../support/healthy-cluster.ts';

const context = { claim: 'r1.role', signal: new AbortController().signal };
const role = replicationRole({ cluster: CLUSTER, primary: 'pg1', member: 'pg3', role: 'standby_pg3', others: ['pg1', 'pg2'] });

/** Hands that keep what is run, and password files that keep the first line, or the last where it replaces. */
function recording(kept?: string) {
  const ran: HostCommand[] = [];
  const files = new Map(kept === undefined ? [] : [['pg3', kept]]);
  const { hands } = fakeCluster();
  const hosts = {
    ...hands.hosts,
    async run(_cluster: string, member: string, command: HostCommand) {
      ran.push(command);
      if (command.name !== 'keep password') return { stdout: '' };
      const stdout = (command.how === 'keep' ? files.get(member) : undefined) ?? command.text;
      files.set(member, stdout);
      return { stdout };
    },
  };
  const passwords = () => ran.flatMap((one) => (one.name === 'make replication role' ? [one.password] : []));
  return { acts: createActs({ ...hands, hosts }), ran, passwords, files };
}

describe('the role of a standby', () => {
  it('has one password however many workers make it, as the first that is kept counts', async () => {
    const { acts, passwords } = recording();
    for (let i = 0; i < 3; i += 1) await acts.perform(role, context);
    expect(new Set(passwords()).size).toBe(1);
    expect(passwords()[0]).toMatch(/^[\w-]{32}$/);
  });

  it('is not made from a password file that somebody else wrote, and the error does not repeat it', async () => {
    const { acts, ran } = recording('*:*:*:postgres:somebodys-secret\n');
    const error = await acts.perform(role, context).catch((thrown: Error) => thrown);
    expect(String(error)).toMatch(/not one of Trunkline's/);
    expect(String(error)).not.toContain('somebodys-secret');
    expect(ran.map(({ name }) => name)).toEqual(['keep password']);
  });

  it('has that password on every member that may follow the new one as its old primary, also where an older one was kept', async () => {
    const { acts, passwords, files } = recording();
    files.set('pg1', '*:*:*:standby_pg3:of-an-earlier-bootstrap\n');
    await acts.perform(role, context);
    const line = `*:*:*:standby_pg3:${passwords()[0]}\n`;
    expect(Object.fromEntries(files)).toEqual({ pg1: line, pg2: line, pg3: line });
  });

  it('tells its password to nobody', async () => {
    const { acts, passwords } = recording();
    const { says } = await acts.perform(role, context);
    expect(says).not.toContain(passwords()[0]);
  });
});

describe('what a bootstrap writes', () => {
  it('for the connection of the standby holds the place of the password, and not it', () => {
    const of = { from: { host: '10.0.0.1', port: 5433 }, role: 'standby_c1', slot: 'standby_c1', passfile: '/data.pgpass' };
    expect(autoConf('c1', of)).toBe(
      "primary_conninfo = 'user=standby_c1 passfile=/data.pgpass host=10.0.0.1 port=5433 application_name=c1'\nprimary_slot_name = 'standby_c1'\n",
    );
  });

  it('starts a server whose unit a failover masked: systemctl enables no masked unit', async () => {
    const { acts, ran } = recording();
    await acts.perform(startStandby({ cluster: CLUSTER, member: 'pg3', slot: 'standby_pg3' }), context);
    expect(ran.flatMap((one) => (one.name === 'service' ? [one.verb] : []))).toEqual(['unmask', 'enable', 'start']);
  });

  it('down as a debt of its slot names a release and a state that exist', () => {
    const acts = createActs(fakeCluster().hands);
    const debt = acts.debt(reserveSlot({ cluster: CLUSTER, primary: 'pg1', member: 'pg3', slot: 'standby_pg3' }));
    expect(debt?.says).toMatch(/can fill the disk/);
    expect(acts.repeat(debt?.release.act ?? '')).toBe('harmless');
    expect(createStates().says(debt?.gone ?? { state: '', args: {} })).toMatch(
      /pg1 has no slot standby_pg3, or pg3 streams by it/,
    );
  });
});

describe('the patroni.yml of a member that joins', () => {
  const joining = configurePatroni({ cluster: CLUSTER, leader: 'pg1', member: 'pg3', maxRateKibPerSecond: 1024 });
  const answering = (etcd3: object) => {
    const ran: HostCommand[] = [];
    const { hands } = fakeCluster();
    const run = async (_cluster: string, _member: string, command: HostCommand) => {
      ran.push(command);
      return { stdout: JSON.stringify(command.name === 'read configuration' ? { hba: '' } : { etcd3 }) };
    };
    return { acts: createActs({ ...hands, hosts: { ...hands.hosts, run } }), ran };
  };

  it("takes from the leader's host how etcd is spoken to", async () => {
    const { acts, ran } = answering({ protocol: 'https', cacert: '/etc/ssl/ca.crt', username: 'patroni', password: 'x' });
    await acts.perform(joining, context);
    expect(ran.map(({ name }) => name)).toContain('write patroni configuration');
  });

  it('does not take whom it speaks to from there, as a host in wrong hands would name an etcd of its own', async () => {
    const { acts, ran } = answering({ protocol: 'http', hosts: '192.0.2.66:2379' });
    await expect(acts.perform(joining, context)).rejects.toThrow(/did not tell its configuration in a form/);
    expect(ran.map(({ name }) => name)).not.toContain('write patroni configuration');
  });
});
