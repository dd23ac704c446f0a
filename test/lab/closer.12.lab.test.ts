import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { type HostName, hostNamed, ports } from '../../lab/inventory.ts';
import { waitFor } from '../../lab/wait-for.ts';
import { ask, ended, request, useScene } from '../support/scene.ts';

const scene = useScene();
const clients: pg.Client[] = [];
afterAll(async () => {
  await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
});

/** A client of the probe's database, which its login owns. */
async function client(host: HostName, name: string): Promise<{ readonly sql: pg.Client; readonly pid: number }> {
  const sql = new pg.Client({
    ...{ host: hostNamed(host).address, port: ports.postgres, user: 'trunkline_probe', database: 'trunkline_probe' },
    ...{ password: scene.lab.secrets.passwords.probe, application_name: name },
  });
  sql.on('error', () => undefined);
  clients.push(sql);
  await sql.connect();
  const { rows } = await sql.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return { sql, pid: rows[0]?.pid ?? 0 };
}

async function onHost(host: HostName, ...argv: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await scene.lab.exec(host, argv);
  if (code !== 0) throw new Error(`${argv.join(' ')} on ${host}: ${stderr}`);
  return stdout.trim();
}

const psql = (host: HostName, sql: string) =>
  onHost(host, '/usr/sbin/runuser', '-u', 'postgres', '--', '/usr/bin/psql', '-XAtqc', sql);

/** What HAProxy itself says of a member in its backend of replicas. */
async function poolStatus(member: HostName): Promise<string> {
  const answer = await fetch(`http://${hostNamed('lb1').address}:${ports.haproxyStats}/;csv`, {
    signal: AbortSignal.timeout(5000),
  });
  const rows = (await answer.text()).split('\n').map((line) => line.split(','));
  return rows.find(([proxy, server]) => proxy === 'replica' && server === member)?.[17] ?? 'not listed';
}

async function approved(text: string): Promise<string> {
  const plan = await request(scene, text);
  await scene.workspace.as('adam').click(plan, 'Approve');
  return (await ended(scene, plan)).shown;
}

describe('looking closer', () => {
  it('shows who blocks, ends exactly that session, and drops exactly that slot', async () => {
    const leader = await scene.lab.leader();
    const holder = await client(leader, 'holder');
    const waiter = await client(leader, 'waiter');
    await holder.sql.query('CREATE TABLE IF NOT EXISTS closer (n int)');
    await holder.sql.query('BEGIN; LOCK TABLE closer');
    const waiting = waiter.sql.query("INSERT INTO closer SELECT length('hunter2')");
    waiting.catch(() => undefined);
    const waits = `SELECT count(*) FROM pg_stat_activity WHERE pid = ${waiter.pid} AND wait_event_type = 'Lock'`;
    await waitFor('the waiter to wait', async () => ((await psql(leader, waits)) === '1' ? [] : ['a lock that it waits for']), {
      timeoutMs: 10_000,
    });
    await psql(leader, "SELECT pg_create_physical_replication_slot('left_over', true)");

    const activity = (await ask(scene, 'vera', 'activity billing')).shown;
    expect(activity).toMatch(new RegExp(`${holder.pid}\\W+trunkline_probe \\(holder\\)[\\s\\S]*blocks 1[\\s\\S]*${waiter.pid}`));
    expect(activity).not.toContain('hunter2');
    expect((await ask(scene, 'vera', 'slots billing')).shown).toMatch(/left_over[\s\S]*drop it/);

    const dropped = approved(`slot drop billing ${leader} left_over --reason "its consumer is gone"`);
    expect(await dropped).toMatch(/Done|Succeeded/);
    expect(await psql(leader, "SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'left_over'")).toBe('0');
    expect(await approved(`terminate billing ${leader} ${holder.pid} --reason "it blocks"`)).toMatch(/Done|Succeeded/);
    expect((await waiting).rowCount).toBe(1);
    await expect(holder.sql.query('SELECT 1')).rejects.toThrow();
    expect((await waiter.sql.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it('drains a replica until it is undrained, and leaves its patroni.yml as it was', async () => {
    const leader = await scene.lab.leader();
    const member = (['pg1', 'pg2', 'pg3'] as const).find((name) => name !== leader) ?? 'pg3';
    const sum = () => onHost(member, '/usr/bin/sha256sum', '/etc/patroni/config.yml');
    const before = await sum();
    expect(await poolStatus(member)).toMatch(/^UP/);

    const drained = await ended(scene, await ask(scene, 'olga', `drain billing ${member} --wait 5s --reason "new disk"`));
    expect(drained.shown).toMatch(/Done|Succeeded/);
    expect(drained.shown).toContain(`${member} is drained`);
    expect(await poolStatus(member)).toMatch(/^DOWN/);
    expect(await sum()).not.toBe(before);
    expect((await ask(scene, 'vera', 'debts billing')).shown).toContain(`undrain billing ${member}`);

    const back = await ended(scene, await ask(scene, 'olga', `undrain billing ${member}`));
    expect(back.shown).toMatch(/Done|Succeeded/);
    expect(await poolStatus(member)).toMatch(/^UP/);
    expect(await sum()).toBe(before);
    await waitFor(
      'the debt to be gone',
      async () => (/Nothing that does harm/.test((await ask(scene, 'vera', 'debts billing')).shown) ? [] : ['no debt']),
      { timeoutMs: 15_000 },
    );
    const log = (await ask(scene, 'olga', `logs billing ${member} --since 2m`)).shown;
    expect(log).toMatch(/log of patroni says \d+ lines/);
    expect((await ask(scene, 'olga', `logs billing ${leader} --unit postgres --since 1h`)).shown).toMatch(/log of postgres says/);
  });
});
