import type { ClusterParts } from '../clusters/parts.ts';
import { backupTool } from '../config/backup-tool.ts';
import type { ClusterConfig } from '../config/schema.ts';
import type { Clock } from '../core/clock.ts';
import { createBackupReads } from '../hosts/backup-reads.ts';
import type { SshPool } from '../hosts/ssh-pool.ts';

/** How the backup tool of a cluster is asked: on its own host, or on the members. */
export function backupParts(cluster: ClusterConfig, ssh: SshPool, clock: Clock): ClusterParts['backups'] {
  const { backups, members } = cluster;
  const tool = backupTool(cluster);
  if (!backups || !tool) return undefined;
  const hosts = backups.host ? [backups.host.name] : members.map(({ name }) => name);
  return createBackupReads({ ssh, tool, hosts, maxAgeMs: backups.maxAge, clock });
}
