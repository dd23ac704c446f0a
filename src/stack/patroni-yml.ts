import { stringify } from 'yaml';
import { pgHba } from './pg-hba.ts';

/** What all members of a Patroni cluster share. */
export interface PatroniCluster {
  readonly scope: string;
  /** With both slashes, as Patroni writes it: `/service/`. */
  readonly namespace: string;
  /** `host:port` of every etcd member; the v3 API is used (v2 is off since etcd 3.4). */
  readonly etcd: readonly string[];
  /** Seconds. Patroni wants loopWait + 2 * retryTimeout <= ttl (dynamic_configuration.rst). */
  readonly timings: { readonly ttl: number; readonly loopWait: number; readonly retryTimeout: number };
  /** Bytes a replica may lag behind and still be promoted. */
  readonly maximumLagOnFailover: number;
  /** Keep the primary while the DCS is away, if every member answers (dcs_failsafe_mode.rst). Default off. */
  readonly failsafeMode?: boolean;
  readonly synchronousMode?: 'off' | 'on' | 'quorum';
  readonly watchdog?: 'off' | 'automatic' | 'required';
  /** IPv4 addresses of all members: each may replicate from and rewind against each, as roles swap. */
  readonly memberAddresses: readonly string[];
  /** Networks (CIDR) whose clients may log in, by scram. */
  readonly clientNetworks: readonly string[];
  readonly archive?: { readonly command: string; readonly restore: string; readonly timeoutSeconds: number };
  /** Further PostgreSQL parameters of the whole cluster. */
  readonly parameters?: Readonly<Record<string, string | number>>;
  readonly credentials: {
    readonly superuser: Credential;
    readonly replication: Credential;
    readonly rewind: Credential;
    readonly rest: Credential;
  };
}

export interface PatroniMember {
  readonly name: string;
  readonly address: string;
  readonly postgresPort: number;
  readonly restPort: number;
  readonly dataDirectory: string;
  readonly binDirectory: string;
  readonly tags?: Readonly<Record<string, boolean | number | string>>;
}

export interface Credential {
  readonly username: string;
  readonly password: string;
}

/**
 * Renders a member's patroni.yml. It holds clear-text passwords: write it 0600, owned by postgres.
 * Throws when the timings are ones that Patroni would silently change.
 */
export function patroniYml(cluster: PatroniCluster, member: PatroniMember): string {
  requireTimings(cluster.timings);
  const document = {
    scope: cluster.scope,
    namespace: cluster.namespace,
    name: member.name,
    restapi: restapi(cluster, member),
    etcd3: { hosts: [...cluster.etcd] },
    bootstrap: bootstrap(cluster),
    postgresql: postgresql(cluster, member),
    watchdog: { mode: cluster.watchdog ?? 'automatic' },
    tags: { nofailover: false, noloadbalance: false, clonefrom: false, nosync: false, ...member.tags },
  };
  return stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
}

function requireTimings({ ttl, loopWait, retryTimeout }: PatroniCluster['timings']): void {
  if (loopWait + 2 * retryTimeout <= ttl) return;
  throw new Error(
    `Patroni needs loop_wait + 2 * retry_timeout <= ttl, but ${loopWait} + 2 * ${retryTimeout} > ${ttl}. Raise ttl or lower the others.`,
  );
}

function restapi({ credentials }: PatroniCluster, member: PatroniMember): object {
  const reachable = `${member.address}:${member.restPort}`;
  return { listen: reachable, connect_address: reachable, authentication: credentials.rest };
}

function bootstrap(cluster: PatroniCluster): object {
  const { timings, archive } = cluster;
  return {
    dcs: {
      ttl: timings.ttl,
      loop_wait: timings.loopWait,
      retry_timeout: timings.retryTimeout,
      maximum_lag_on_failover: cluster.maximumLagOnFailover,
      check_timeline: true,
      failsafe_mode: cluster.failsafeMode ?? false,
      synchronous_mode: { off: false, on: true, quorum: 'quorum' }[cluster.synchronousMode ?? 'off'],
      postgresql: {
        use_pg_rewind: true,
        use_slots: true,
        parameters: dynamicParameters(cluster),
        ...(archive && { recovery_conf: { restore_command: archive.restore } }),
      },
    },
    initdb: [
      { encoding: 'UTF8' },
      { locale: 'C.UTF-8' },
      'data-checksums',
      { 'auth-host': 'scram-sha-256' },
      { 'auth-local': 'peer' },
    ],
  };
}

function dynamicParameters({ archive, parameters }: PatroniCluster): object {
  return {
    wal_level: 'replica',
    hot_standby: 'on',
    wal_log_hints: 'on',
    max_wal_senders: 10,
    max_replication_slots: 10,
    wal_keep_size: '128MB',
    // Without a limit a forgotten slot fills the disk of the primary.
    max_slot_wal_keep_size: '4GB',
    ...(archive && { archive_mode: 'on', archive_command: archive.command, archive_timeout: archive.timeoutSeconds }),
    ...parameters,
  };
}

function postgresql(cluster: PatroniCluster, member: PatroniMember): object {
  const { superuser, replication, rewind } = cluster.credentials;
  const roles = { superuser: superuser.username, replication: replication.username, rewind: rewind.username };
  return {
    listen: `${member.address},127.0.0.1:${member.postgresPort}`,
    connect_address: `${member.address}:${member.postgresPort}`,
    data_dir: member.dataDirectory,
    bin_dir: member.binDirectory,
    pgpass: '/var/lib/postgresql/.pgpass.patroni',
    authentication: { superuser, replication, rewind },
    // Here and not only in bootstrap, which is read once in the life of a cluster.
    pg_hba: pgHba({ ...cluster, roles }),
    parameters: { unix_socket_directories: '/var/run/postgresql', password_encryption: 'scram-sha-256' },
    create_replica_methods: ['basebackup'],
    basebackup: [{ checkpoint: 'fast' }],
  };
}
