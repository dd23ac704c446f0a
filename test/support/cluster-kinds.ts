import { dataDirectory, type HostName, hostNamed, ports } from '../../lab/inventory.ts';
import { waitFor } from '../../lab/wait-for.ts';
import { labMembers, sqlOn } from './lab-members.ts';
import { patroniConfig, type Scene } from './scene.ts';

const CONFIG = '/etc/patroni/config.yml';

/** Leader and its two replicas. */
export async function trio(scene: Scene): Promise<{ leader: HostName; upstream: HostName; cascading: HostName }> {
  const leader = await scene.lab.leader();
  const [upstream = leader, cascading = leader] = labMembers.filter((name) => name !== leader);
  return { leader, upstream, cascading };
}

/** Has `cascading` stream from `upstream` by Patroni's tag `replicatefrom`, or from the leader again. */
export async function cascade(scene: Scene, cascading: HostName, upstream: HostName | undefined): Promise<void> {
  const leader = await scene.lab.leader();
  const edit = upstream
    ? `grep -q replicatefrom ${CONFIG} || sed -i 's/^tags:$/tags:\\n  replicatefrom: ${upstream}/' ${CONFIG}`
    : `sed -i '/replicatefrom/d' ${CONFIG}`;
  await must(scene, cascading, `${edit}; systemctl reload patroni`);
  const row = `select count(*) from pg_stat_replication where application_name = '${cascading}' and state = 'streaming'`;
  await sqlSays(scene, upstream ?? leader, row, '1');
}

/** Switches synchronous mode and waits until PostgreSQL of the leader says who is synchronous, or that nobody is; `who`: that it is this one. */
export async function synchronous(scene: Scene, mode: { on: boolean; strict: boolean }, who?: HostName): Promise<string> {
  const leader = await scene.lab.leader();
  await patroniConfig(scene, { synchronous_mode: mode.on, synchronous_mode_strict: mode.strict });
  const rows =
    "select coalesce(string_agg(application_name, ' '), '') from pg_stat_replication where sync_state in ('sync', 'quorum')";
  let names = '';
  const ask = async () => {
    names = await sqlOn(scene, leader, rows);
    return (who === undefined ? (names !== '') === mode.on : names === who) ? [] : [`other rows than ${names}`];
  };
  await waitFor(`synchronous replication ${mode.on ? 'on' : 'off'}`, ask, { timeoutMs: 60_000 });
  return names;
}

/** Sets the tag nosync of a member and waits until its Patroni says so. */
export async function nosync(scene: Scene, member: HostName, on: boolean): Promise<void> {
  await must(scene, member, `sed -i 's/nosync: .*/nosync: ${on}/' ${CONFIG}; systemctl reload patroni`);
  const says = async () => {
    const answer = await fetch(`http://${hostNamed(member).address}:${ports.patroni}/patroni`, {
      signal: AbortSignal.timeout(5000),
    });
    const { tags } = (await answer.json()) as { tags?: { nosync?: boolean } };
    return (tags?.nosync === true) === on ? [] : [`nosync: ${on}`];
  };
  await waitFor(`the tag nosync of ${member}`, says, { timeoutMs: 40_000 });
}

/** Logical decoding on every member, and two logical slots: one that Patroni leaves alone, one that it keeps on all members. */
export async function logicalSlots(scene: Scene, { loose, permanent }: { loose: string; permanent: string }): Promise<void> {
  const leader = await scene.lab.leader();
  const slots = { [permanent]: { type: 'logical', database: 'postgres', plugin: 'pgoutput' } };
  // Without ignore_slots Patroni would drop what it does not know.
  await patroniConfig(scene, { slots, ignore_slots: [{ name: loose }], postgresql: { parameters: { wal_level: 'logical' } } });
  const pending = async () => {
    const file = `${dataDirectory(scene.lab.generation)}/postgresql.conf`;
    const { code } = await scene.lab.exec(leader, ['/bin/grep', '-c', "wal_level = 'logical'", file]);
    return code === 0 ? [] : ['logical'];
  };
  await waitFor('wal_level to be known to Patroni', pending, { timeoutMs: 30_000 });
  await must(scene, leader, `patronictl -c ${CONFIG} restart billing --force`);
  for (const member of labMembers) await sqlSays(scene, member, 'show wal_level', 'logical');
  await scene.lab.waitHealthy();
  await sqlOn(scene, leader, `select pg_create_logical_replication_slot('${loose}', 'pgoutput')`);
  for (const member of labMembers)
    await sqlSays(scene, member, `select count(*) from pg_replication_slots where slot_name = '${permanent}'`, '1');
}

async function sqlSays(scene: Scene, member: HostName, query: string, wanted: string): Promise<void> {
  const ask = async () => ((await sqlOn(scene, member, query).catch(() => '')) === wanted ? [] : [wanted]);
  await waitFor(`'${query}' on ${member}`, ask, { timeoutMs: 60_000 });
}

async function must(scene: Scene, host: HostName, script: string): Promise<void> {
  const { code, stdout, stderr } = await scene.lab.exec(host, ['/bin/sh', '-c', script], { timeoutMs: 90_000 });
  if (code !== 0) throw new Error(`${script} on ${host}: ${stdout}${stderr}`);
}
