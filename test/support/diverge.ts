import { dataDirectory, type HostName, hostNamed, ports } from '../../lab/inventory.ts';
import { whatFailoverLacks } from '../../lab/health.ts';
import { waitFor } from '../../lab/wait-for.ts';
import { patroniConfig, type Scene } from './scene.ts';

/** SQL as superuser on a member's own console; works whatever its Patroni does. */
export async function superSql(scene: Scene, host: HostName, statement: string): Promise<string> {
  const psql = ['/usr/bin/psql', '-qXAt', '-v', 'ON_ERROR_STOP=1', '-d', 'postgres', '-c', statement];
  const { code, stdout, stderr } = await scene.lab.exec(host, ['/usr/sbin/runuser', '-u', 'postgres', '--', ...psql], {
    timeoutMs: 60_000,
  });
  if (code !== 0) throw new Error(`psql on ${host}: ${stderr}`);
  return stdout.trim();
}

/** Where the two branches are. */
export interface Diverged {
  /** The former leader, back as a replica that can't follow. */
  readonly old: HostName;
  readonly heir: HostName;
}

/**
 * A leader whose Patroni is killed loses its lease while its PostgreSQL takes writes on; then Patroni starts again, and may not rewind by
 * itself. (Not frozen and thawed: a thawed Patroni 3.0 can take the leader key back, as `_update_leader` of its dcs/etcd3.py writes it
 * unguarded where its cache still says that it leads.) The table `branch` holds a row of before, `lost` rows of the old leader alone, and
 * rows of the new one.
 */
export async function divergeLeader(scene: Scene, lost = 2000): Promise<Diverged> {
  const { lab } = scene;
  await patroniConfig(scene, { postgresql: { use_pg_rewind: false } });
  const old = await lab.leader();
  await tookUpConfig(old);
  await superSql(scene, old, 'drop table if exists branch; create table branch (id int primary key, side text not null)');
  await superSql(scene, old, "insert into branch values (0, 'both')");
  // Nobody receives what it writes from now on: a replica that got more of it than the new leader would part as well.
  await lab.exec(old, ['/usr/sbin/nft', UNHEARD]);
  await lab.exec(old, ['/usr/bin/systemctl', 'kill', '-s', 'KILL', '--kill-who=main', 'patroni']);
  // Before its unit starts it again; PostgreSQL goes on, as the unit has KillMode=process.
  await lab.exec(old, ['/usr/bin/systemctl', 'stop', 'patroni']);
  const heir = await promotedBeside(scene, old);
  // Else the third member may restore a segment that only the old leader has written, and part as well.
  await waitFor(`a replica of ${heir}`, () => whatFailoverLacks(old), { timeoutMs: 60_000 });
  await superSql(scene, old, `insert into branch select g, repeat('lost', 200) from generate_series(1, ${lost}) g`);
  await superSql(scene, heir, "insert into branch select g, 'kept' from generate_series(100001, 100500) g");
  await lab.exec(old, ['/usr/sbin/nft', 'delete table inet unheard']);
  await lab.exec(old, ['/usr/bin/systemctl', 'start', 'patroni']);
  await waitFor(
    `${old} to be demoted`,
    async () => {
      const { role, state } = await patroniOf(old);
      return role === 'replica' && /^(start failed|running|in archive recovery)$/.test(state) ? [] : [`it is ${role}, ${state}`];
    },
    { timeoutMs: 60_000 },
  );
  return { old, heir };
}

/** No packet of PostgreSQL leaves the host or comes in. */
const UNHEARD = [
  'add table inet unheard',
  'add chain inet unheard i { type filter hook input priority 0; }',
  'add chain inet unheard o { type filter hook output priority 0; }',
  `add rule inet unheard i iif != "lo" tcp dport ${ports.postgres} drop`,
  `add rule inet unheard o oif != "lo" tcp sport ${ports.postgres} drop`,
].join('; ');

async function patroniOf(host: HostName): Promise<{ role: string; state: string; dcs_last_seen: number }> {
  const url = `http://${hostNamed(host).address}:${ports.patroni}/patroni`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(5000) });
  return (await answer.json()) as { role: string; state: string; dcs_last_seen: number };
}

/** Waits for two rounds of its Patroni, so that it has read what was set before. */
async function tookUpConfig(host: HostName): Promise<void> {
  const since = Date.now() / 1000;
  await waitFor(
    `Patroni on ${host} to read its configuration`,
    async () => {
      const { dcs_last_seen: seen } = await patroniOf(host);
      return seen > since + 3 ? [] : ['a round'];
    },
    { timeoutMs: 30_000 },
  );
}

/** What a member has in the table of `divergeLeader`: `both:1 kept:500`. */
export async function branchOf(scene: Scene, host: HostName): Promise<string> {
  const rows = await superSql(scene, host, "select left(side, 4) || ':' || count(*) from branch group by left(side, 4)");
  return rows.split('\n').sort().join(' ');
}

export const dataOf = (scene: Scene): string => dataDirectory(scene.lab.generation);

async function recovery(scene: Scene, host: HostName): Promise<string> {
  return superSql(scene, host, 'select pg_is_in_recovery()').catch(() => '');
}

async function promotedBeside(scene: Scene, old: HostName): Promise<HostName> {
  const others = (['pg1', 'pg2', 'pg3'] as const).filter((name) => name !== old);
  let heir: HostName | undefined;
  await waitFor(
    `a new leader beside ${old}`,
    async () => {
      for (const name of others) if ((await recovery(scene, name)) === 'f') heir = name;
      return heir ? [] : ['a primary'];
    },
    { timeoutMs: 60_000 },
  );
  if (!heir) throw new Error('there is no new leader');
  return heir;
}
