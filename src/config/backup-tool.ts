import type { BackupTool } from '../core/backups.ts';
import type { ClusterConfig } from './schema.ts';

/** The tool in the words of the closed list of remote commands; absent where the configuration names none. */
export function backupTool({ backups }: Pick<ClusterConfig, 'backups'>): BackupTool | undefined {
  if (!backups) return undefined;
  return backups.tool === 'barman' ? { tool: 'Barman', of: backups.server } : { tool: 'pgBackRest', of: backups.stanza };
}
