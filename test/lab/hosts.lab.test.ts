import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layoutOf } from '../../src/hosts/host-layout.ts';
import { cluster, haHosts, hostNamed, type HostName, hostsWithRole, ports } from '../../lab/inventory.ts';
import { createLab, type Lab } from '../../lab/lab.ts';
import { addressesOf, insideSwitch } from '../../lab/network.ts';
import { waitFor } from '../../lab/wait-for.ts';
import {
  addresses,
  argvOverSsh,
  checkpoint,
  claim,
  diskFree,
  patroniLog,
  type RemoteCommand,
} from '../../src/hosts/remote-commands.ts';

const debian = process.env.TRUNKLINE_LAB_DEBIAN === '13' ? '13' : '12';
let lab: Lab;

beforeAll(async () => {
  if (!insideSwitch())
    throw new Error('these tests talk to hosts: run them inside the network of the lab (npm run lab -- net ...)');
  lab = await createLab({ debian, timings: 'test', log: console.log });
  await lab.up();
});

afterAll(async () => {
  for (const name of haHosts) await lab.heal(name);
  await lab.waitHealthy();
});

describe(`the lab on Debian ${debian}`, () => {
  it('lets the bot in over ssh with the pinned key of every host', async () => {
    const answers = await Promise.all(haHosts.map(async (name) => [name, (await ssh(name, addresses())).stdout] as const));
    for (const [name, stdout] of answers) expect(stdout).toContain(`"local":"${hostNamed(name).address}"`);
  });

  it('lets the bot run the closed list on a member and nothing else as somebody else', async () => {
    const data = `/var/lib/postgresql/${lab.generation.postgres}/main`;
    const listed = [checkpoint(), diskFree(layoutOf({ dataDirectory: data })), patroniLog({ lines: 5, since: 0 })];
    const said = await Promise.all(listed.map((command) => ssh('pg1', command)));
    expect(said.map(({ code, stderr }) => `${code} ${stderr}`)).toEqual(['0 ', '0 ', '0 ']);
    const more = { name: 'more', as: 'root', argv: ['/usr/bin/journalctl', '-u', 'ssh'] } as const;
    expect(await ssh('pg1', more)).toMatchObject({ code: 1, stderr: expect.stringContaining('a password is required') });
  });

  it('grants a claim once, also after a power cut, as it stands for something that must not happen twice', async () => {
    const id = `test-${Date.now()}`;
    expect((await ssh('bk1', claim(id))).code).toBe(0);
    await lab.crash('bk1');
    await lab.heal('bk1');
    expect((await ssh('bk1', claim(id))).code).toBe(1);
  });

  it('has the probe write and the reader read through the virtual address, by scram', async () => {
    const { passwords } = lab.secrets;
    expect(await query('trunkline_probe', passwords.probe, 'update probe set seq = seq + 1 returning id')).toEqual([{ id: 1 }]);
    expect(
      await query('trunkline', passwords.trunkline, 'select count(*)::int as standbys from pg_stat_replication', 'postgres'),
    ).toEqual([{ standbys: 2 }]);
  });

  it('moves the virtual address when its holder is cut off, and has one holder again after the heal', async () => {
    const [holder] = await holders();
    if (holder === undefined) throw new Error('nobody holds the virtual address');
    await lab.cut(holder);
    await waitFor(
      'the other balancer takes over',
      async () => ((await holders()).some((name) => name !== holder) ? [] : ['the address']),
      {
        timeoutMs: 30_000,
      },
    );
    await lab.heal(holder);
    await lab.waitHealthy(60_000);
  });

  it('fails over when the leader loses power, and the old leader rejoins after the heal', async () => {
    const old = await lab.leader();
    await lab.crash(old);
    expect(lab.isOn(old)).toBe(false);
    const next = await lab.waitFailover(old);
    await lab.heal(old);
    await lab.waitHealthy(90_000);
    expect(await lab.leader()).toBe(next);
  });

  it('goes back to a fresh cluster with a reset', async () => {
    const { probe } = lab.secrets.passwords;
    await query('trunkline_probe', probe, 'create table left_behind (id int)');
    await lab.reset();
    expect(await query('trunkline_probe', probe, "select to_regclass('left_behind') as found")).toEqual([{ found: null }]);
  });
});

function ssh(name: HostName, command: RemoteCommand) {
  const { trunkline, knownHosts } = lab.secrets;
  const options = ['BatchMode=yes', 'StrictHostKeyChecking=yes', `UserKnownHostsFile=${knownHosts}`, 'ConnectTimeout=5'];
  const flags = options.flatMap((option) => ['-o', option]);
  const words = argvOverSsh(command).map((word) => `'${word}'`);
  return lab.run(['ssh', '-F', '/dev/null', '-i', trunkline.path, ...flags, `trunkline@${hostNamed(name).address}`, ...words]);
}

async function query(user: string, password: string, sql: string, database: string = cluster.probeDatabase): Promise<unknown[]> {
  const client = new pg.Client({
    host: cluster.vip,
    port: ports.haproxyWrite,
    user,
    password,
    database,
    connectionTimeoutMillis: 5000,
  });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function holders(): Promise<HostName[]> {
  const pair = hostsWithRole('balancer').map(({ name }) => name);
  const held = await Promise.all(pair.map(async (name) => (await addressesOf(name)).includes(cluster.vip)));
  return pair.filter((_, index) => held[index]);
}
