import type { MemberReadings, Standby } from './cluster.ts';
import { known } from './reading.ts';

/**
 * The members that stream from a server, by its pg_stat_replication. A row of a standby that was cut off stays there until
 * wal_sender_timeout, so a member counts only while it does not itself say that it is a primary or receives from somebody else.
 */
export function followersOf(
  of: Pick<MemberReadings, 'name' | 'host'>,
  rows: readonly Standby[],
  others: readonly Pick<MemberReadings, 'name' | 'host' | 'sql'>[],
): readonly string[] {
  const live = rows.filter(({ state }) => state === 'streaming' || state === 'catchup');
  return others
    .filter(({ name, host }) => live.some((row) => row.name === name || row.address === host))
    .filter(({ sql }) => {
      const own = known(sql);
      if (!own) return true;
      const from = own.walReceiver?.senderHost;
      return own.inRecovery && (from === undefined || from === of.host || from === of.name);
    })
    .map(({ name }) => name);
}
