import { cluster, type HostName } from '../../lab/inventory.ts';
import type { Scene } from './scene.ts';

/** The bot's configuration with the lab's pgBackRest, which the members are asked for. */
export function withPgbackrest(config: Record<string, unknown>): Record<string, unknown> {
  const backups = { tool: 'pgbackrest', stanza: cluster.stanza, maxAge: '26h' };
  const clusters = Array.isArray(config.clusters) ? config.clusters : [];
  const known = clusters.map((one: Record<string, unknown>) => (one.name === cluster.name ? { ...one, backups } : one));
  return { ...config, clusters: known };
}

/** Makes a backup on a member, which must lead. */
export async function backUp(scene: Scene, host: HostName, type: 'full' | 'incr' = 'full'): Promise<void> {
  const tool = ['/usr/bin/pgbackrest', `--stanza=${cluster.stanza}`, `--type=${type}`, 'backup'];
  const made = await scene.lab.exec(host, ['/usr/sbin/runuser', '-u', 'postgres', '--', ...tool], { timeoutMs: 120_000 });
  if (made.code !== 0) throw new Error(`pgbackrest backup on ${host}: ${made.stdout}${made.stderr}`);
}
