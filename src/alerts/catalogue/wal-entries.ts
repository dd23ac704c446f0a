import type { SituationName } from '../../core/situation-name.ts';
import { minutes, seconds } from '../../core/units.ts';
import type { CatalogueEntry } from '../catalogue-entry.ts';

type WalSituation = Extract<
  SituationName,
  'slot-inactive' | 'slot-nearly-lost' | 'archiver-failing' | 'backup-none' | 'backup-old' | 'backup-failed'
>;

/** WAL that is kept, archived and backed up. */
export const walEntries: Readonly<Record<WalSituation, CatalogueEntry>> = {
  'slot-inactive': {
    ...{ severity: 'warning', title: 'slot inactive', forMs: minutes(10), clearMs: seconds(30) },
    firstLook: 'See whether its consumer comes back; until then the leader keeps WAL for it.',
    likelyCause: 'The standby or the consumer of the slot is down, or it was removed and its slot was left.',
    offers: ['slots CLUSTER'],
  },
  'slot-nearly-lost': {
    ...{ severity: 'warning', title: 'slot nearly lost', forMs: seconds(30), clearMs: minutes(1) },
    firstLook: 'Bring its consumer back now, or decide to give the slot up.',
    likelyCause: 'Its consumer is down or too slow, and max_slot_wal_keep_size is nearly used up.',
    offers: ['slots CLUSTER'],
  },
  'archiver-failing': {
    ...{ severity: 'warning', title: 'WAL archiving fails', forMs: minutes(5), clearMs: seconds(30) },
    firstLook: 'Read what archive_command says in the server log of the leader.',
    likelyCause: 'The repository is full or not reachable, or its login or stanza is wrong.',
    offers: ['logs CLUSTER ABOUT --unit postgres', 'status CLUSTER'],
  },
  'backup-none': {
    ...{ severity: 'warning', title: 'no good backup', forMs: minutes(5), clearMs: 0 },
    firstLook: 'Make a backup and see why the last ones failed.',
    likelyCause: 'No backup was ever made of it, or all have failed or expired.',
    offers: ['status CLUSTER'],
  },
  'backup-old': {
    ...{ severity: 'warning', title: 'last good backup too old', forMs: minutes(5), clearMs: 0 },
    firstLook: 'See whether the schedule still runs and what the last attempt said.',
    likelyCause: 'The timer or its host is down, or backups fail.',
    offers: ['status CLUSTER'],
  },
  'backup-failed': {
    ...{ severity: 'warning', title: 'backup failed', forMs: minutes(5), clearMs: 0 },
    firstLook: "Read the backup tool's log of the last attempt.",
    likelyCause: 'The repository is full or not reachable, a page failed its checksum, or the backup was ended.',
    offers: ['status CLUSTER'],
  },
};
