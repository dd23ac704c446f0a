import type { BackupTool } from '../core/backups.ts';
import { backupGrants } from './backup-commands.ts';
import { dataGrants, restoreMarkGrant } from './data-commands.ts';
import { reading } from './grant-of.ts';
import type { HostLayout } from './host-layout.ts';
import { type HaproxySocket, haproxyGrants } from './haproxy-commands.ts';
import { type PoolerTarget, poolerGrants } from './pooler-commands.ts';
import { checkpoint, diskFree, logArgs, type RemoteCommand, type RemoteGrant } from './remote-commands.ts';
import { serverGrants } from './server-commands.ts';
import { drainGrants } from './drain-commands.ts';
import { logFileGrant } from './log-commands.ts';
import { psqlGrants } from './psql-commands.ts';
import { etcdSettingsGrants } from './etcd-settings.ts';
import { standbyGrants } from './standby-commands.ts';
import { type Peer, streamingGrants } from './streaming-commands.ts';
import { unitGrants } from './unit-remote.ts';

/**
 * What sudo must allow on a host with this layout, and nothing more. `backups`: the tool that is asked there, which restores the data
 * directory too where it is pgBackRest. `peers`: the servers of the cluster; without them any may be asked for replication.
 */
export function sudoGrants(layout: HostLayout, backups?: BackupTool, peers?: readonly Peer[]): readonly RemoteGrant[] {
  const stanza = backups?.tool === 'pgBackRest' ? backups.of : undefined;
  const log = logArgs('[0-9]+', '@[0-9]+').join(' ');
  return [
    exactly(checkpoint(), 'Write a checkpoint before a switchover'),
    reading(exactly(diskFree(layout), 'Read how full the disks of the data directory are')),
    {
      ...{ runAs: 'root', program: '/usr/bin/journalctl', args: { matching: `^${log}$` } },
      why: "Read Patroni's own log, which says why a switchover hangs",
      reads: true,
    },
    ...serverGrants(layout),
    ...standbyGrants(layout),
    ...etcdSettingsGrants(),
    ...streamingGrants(layout, peers),
    ...unitGrants(layout, stanza),
    logFileGrant(layout),
    ...psqlGrants(),
    ...drainGrants(),
    ...dataGrants(layout),
    ...(backups ? backupGrants(backups) : []),
    ...(stanza === undefined ? [] : [restoreMarkGrant(layout)]),
  ];
}

/** Of these, what changes nothing: for the login of a process that only reads. */
export function readingGrants(layout: HostLayout, peers: readonly Peer[], backups?: BackupTool): readonly RemoteGrant[] {
  return sudoGrants(layout, backups, peers).filter(({ reads }) => reads);
}

/** What sudo must allow on the host of a HAProxy that is told who leads, of a PgBouncer that is paused, or of both. */
export function proxySudoGrants(of: {
  readonly haproxy?: HaproxySocket & { readonly servers: readonly string[] };
  readonly poolers?: readonly PoolerTarget[];
}): readonly RemoteGrant[] {
  const { haproxy, poolers = [] } = of;
  return [...(haproxy ? haproxyGrants(haproxy, haproxy.servers) : []), ...poolers.flatMap(poolerGrants)];
}

function exactly({ as, argv, name }: RemoteCommand, why: string): RemoteGrant {
  const [program, ...args] = argv;
  if (program === undefined || as === 'trunkline') throw new Error(`${name} needs no sudo`);
  return { runAs: as, program, args, why };
}
