import { killAll } from './cgroups.ts';
import { psql } from './health.ts';
import { onConsole } from './host.ts';
import { removeTree } from './host-mounts.ts';
import { binDirectory, dataDirectory, type HostName, hostNamed, ledger, ports, postgresUnit } from './inventory.ts';
import type { Machine } from './lab-machine.ts';
import { step } from './steps.ts';
import { makeTrunklineRoles } from './trunkline-database.ts';
import { waitFor } from './wait-for.ts';

const { primary, standby } = ledger;
/** Of the user postgres, on both hosts, as they swap their roles. libpq looks here by itself (libpq-pgpass). */
const PASSFILE = '/var/lib/postgresql/.pgpass';

/** Makes sa2 a streaming standby of sa1, whatever they were before. `boot` brings hosts up. */
export async function makeStreamingPair(machine: Machine, boot: (names: readonly HostName[]) => Promise<void>): Promise<void> {
  await boot([primary, standby]);
  if (await isPair()) return;
  if (!(await isPrimary(machine))) {
    await step(machine.log, 'sa1 and sa2 as they are in the snapshot', () => forget(machine));
    await boot([primary, standby]);
    await waitFor('PostgreSQL of sa1', async () => ((await isPrimary(machine)) ? [] : ['a primary']), { timeoutMs: 30_000 });
  }
  await step(machine.log, 'roles and slot on sa1', () => preparePrimary(machine));
  await step(machine.log, 'base backup of sa1 to sa2', () => copy(machine));
  await waitFor('sa2 to stream from sa1', async () => ((await isPair()) ? [] : ['it streams']), { timeoutMs: 30_000 });
}

async function isPair(): Promise<boolean> {
  const rows = `select count(*) from pg_stat_replication where application_name = '${standby}' and state = 'streaming' and not pg_is_in_recovery()`;
  const receives = `select pg_is_in_recovery() and exists (select from pg_stat_wal_receiver where status = 'streaming')`;
  const said = await Promise.all([psql(primary, rows), psql(standby, receives)]).catch(() => []);
  return said[0] === '1' && said[1] === 't';
}

async function isPrimary(machine: Machine): Promise<boolean> {
  await onConsole(primary, ['/usr/bin/systemctl', 'start', postgresUnit(machine.settings.generation)]);
  const answer = async () => psql(primary, 'select not pg_is_in_recovery()').catch(() => '');
  await waitFor('PostgreSQL of sa1', async () => ((await answer()) === '' ? ['an answer'] : []), { timeoutMs: 15_000 }).catch(
    () => undefined,
  );
  return (await answer()) === 't';
}

async function forget({ paths }: Machine): Promise<void> {
  for (const name of [primary, standby]) {
    await killAll(name);
    await removeTree(paths.host(name).folder);
  }
}

async function preparePrimary({ settings }: Machine): Promise<void> {
  const { replication, rewind } = settings.secrets.passwords;
  const reads = ['pg_ls_dir(text, boolean, boolean)', 'pg_stat_file(text, boolean)', 'pg_read_binary_file(text)'];
  const functions = [...reads, 'pg_read_binary_file(text, bigint, bigint, boolean)'];
  await psql(
    primary,
    [
      role('replicator', 'replication login', replication),
      role('rewinder', 'login', rewind),
      // Of HAProxy's check: no rights, no password, from the balancers alone (pg_hba.conf).
      `do $do$ begin
         if not exists (select from pg_roles where rolname = '${ledger.checkRole}') then
           create role ${ledger.checkRole} login connection limit 8;
         end if;
       end $do$;`,
      // What pg_rewind needs of the server that it copies from (PostgreSQL docs, app-pgrewind, Notes).
      ...functions.map((name) => `grant execute on function pg_catalog.${name} to rewinder;`),
      `select pg_create_physical_replication_slot('${standby}', true)
        where not exists (select from pg_replication_slots where slot_name = '${standby}');`,
    ].join('\n'),
  );
  await makeTrunklineRoles(primary, settings.secrets);
}

function role(name: string, options: string, password: string): string {
  return `do $do$ begin
    if not exists (select from pg_roles where rolname = '${name}') then create role ${name}; end if;
  end $do$;
  alter role ${name} ${options} password '${password}';`;
}

async function copy({ settings }: Machine): Promise<void> {
  const { generation, secrets } = settings;
  const data = dataDirectory(generation);
  const unit = postgresUnit(generation);
  const { replication, rewind } = secrets.passwords;
  const logins = `*:*:*:replicator:${replication}\n*:*:*:rewinder:${rewind}\n`;
  const install = ['/bin/sh', '-c', 'umask 077; cat >"$1"; chown postgres:postgres "$1"', 'sh', PASSFILE];
  for (const name of [primary, standby]) await must(name, install, logins);
  await must(standby, ['/usr/bin/systemctl', 'unmask', unit]);
  await must(standby, ['/usr/bin/systemctl', 'stop', unit]);
  await must(standby, ['/usr/bin/find', data, '-mindepth', '1', '-delete']);
  const from = `host=${hostNamed(primary).address} port=${ports.postgres} user=replicator application_name=${standby}`;
  const options = ['-D', data, '-R', '-X', 'stream', '-c', 'fast', '-S', standby, '-w', '-d', from];
  await must(standby, ['/usr/sbin/runuser', '-u', 'postgres', '--', `${binDirectory(generation)}/pg_basebackup`, ...options]);
  await must(standby, ['/usr/bin/systemctl', 'start', unit]);
}

async function must(name: HostName, argv: readonly string[], input?: string): Promise<void> {
  const { code, stderr } = await onConsole(name, argv, { timeoutMs: 60_000, ...(input === undefined ? {} : { input }) });
  if (code !== 0) throw new Error(`${argv[0]} on ${name} failed: ${stderr.trim().slice(-300) || `exit ${code}`}`);
}
