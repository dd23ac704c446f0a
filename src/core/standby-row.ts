import type { SqlMember, Standby } from './cluster.ts';

/**
 * The row of pg_stat_replication that is a member's: by its name, as Patroni and `application_name` make it, else by its address, as a plain
 * standby may use the default name. A base backup or another tool from the same host is no standby.
 */
export function standbyRow(
  { standbys }: Pick<SqlMember, 'standbys'>,
  { name, host }: { readonly name: string; readonly host?: string | undefined },
): Standby | undefined {
  return (
    standbys.find((row) => row.name === name) ??
    standbys.find((row) => host !== undefined && row.address === host && row.state !== 'backup' && !row.name.startsWith('pg_'))
  );
}

/** A slot's name for a member: Patroni's way (patroni/utils.py, slot_name_from_member_name), at most 63 characters. */
export function slotNameOf(member: string): string {
  return member
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]/g, '_')
    .slice(0, 63);
}
