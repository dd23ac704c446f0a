import { type HostName, hostNamed, hostsWithRole, ports } from '../../lab/inventory.ts';
import { waitFor } from '../../lab/wait-for.ts';
import { patroniConfig, type Scene } from './scene.ts';

/** The members of the lab's cluster, by name. */
export const labMembers: readonly HostName[] = hostsWithRole('member').map(({ name }) => name);

/** One value by psql on a member's own host. */
export async function sqlOn(scene: Scene, host: HostName, query: string): Promise<string> {
  const { stdout, stderr, code } = await scene.lab.exec(host, ['runuser', '-u', 'postgres', '--', 'psql', '-XAt', '-c', query]);
  if (code !== 0) throw new Error(`psql on ${host}: ${stderr}`);
  return stdout.trim();
}

/** The same of every member, in the order of their names. */
export const sqlOnAll = (scene: Scene, query: string): Promise<readonly string[]> =>
  Promise.all(labMembers.map((name) => sqlOn(scene, name, query)));

/** Changes a setting of PostgreSQL through Patroni and waits until every member says that it waits for a restart. */
export async function pendingEverywhere(scene: Scene, parameters: Readonly<Record<string, number>>): Promise<void> {
  await patroniConfig(scene, { postgresql: { parameters } });
  await waitFor('a pending restart on every member', () => notPending(), { timeoutMs: 30_000 });
}

async function notPending(): Promise<readonly string[]> {
  const asked = labMembers.map(async (name) => {
    const url = `http://${hostNamed(name).address}:${ports.patroni}/patroni`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(5000) });
    const { pending_restart: isPending } = (await answer.json()) as { pending_restart?: boolean };
    return isPending ? [] : [name];
  });
  return (await Promise.all(asked)).flat();
}
