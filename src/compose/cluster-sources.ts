import type { ClusterParts } from '../clusters/parts.ts';
import type { ClusterConfig, Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Clock } from '../core/clock.ts';
import type { LogAsked } from '../core/host-log.ts';
import type { Log } from '../core/log.ts';
import { takeReading } from '../core/take-reading.ts';
import { asError, refusal } from '../core/errors.ts';
import type { Redact } from '../core/redact.ts';
import { decodeScope } from '../etcd/decode.ts';
import type { Etcd } from '../etcd/client.ts';
import { createHostReads } from '../hosts/host-reads.ts';
import { layoutOf } from '../hosts/host-layout.ts';
import { createMemberLog } from '../hosts/member-log.ts';
import { createRebuildHostReads } from '../hosts/rebuild-host-reads.ts';
import type { SshPool } from '../hosts/ssh-pool.ts';
import { createUnits } from '../hosts/units.ts';
import { createPatroni, type Patroni } from '../patroni/patroni.ts';
import { createPostgres, type Postgres } from '../postgres/postgres.ts';
import { createProxies } from '../proxies/proxies.ts';
import { backupParts } from './backup-parts.ts';
import { infoOf } from './cluster-info.ts';
import { dynamicConfig } from './dynamic-config.ts';
import { limitsOf } from './limits.ts';
import { lingeringOf } from './lingering-of.ts';
import { patroniReads, restEndpoints } from './patroni-access.ts';
import { poolerParts } from './pooler-parts.ts';
import { proxyHostsWithSsh, sshPoolOf } from './ssh-pool-of.ts';

/** What one cluster is read by, and what must be closed at the end. */
export interface ClusterSources {
  readonly config: ClusterConfig;
  readonly parts: ClusterParts;
  readonly patroni?: Patroni;
  readonly postgres: Postgres;
  readonly ssh?: SshPool;
  warm(): Promise<void>;
  close(): Promise<void>;
}

interface Needs {
  readonly config: Config;
  readonly cluster: ClusterConfig;
  readonly secrets: Secrets;
  readonly etcd: Etcd | undefined;
  /** This process has no worker. */
  readonly readsOnly: boolean;
  readonly redact: Redact;
  readonly clock: Clock;
  readonly log: Log;
}

/** Opens the read-only connections to everything that one cluster of the configuration consists of. */
export function openCluster(needs: Needs): ClusterSources {
  const { cluster, clock } = needs;
  const isPatroni = cluster.mode === 'patroni';
  const patroni = isPatroni
    ? createPatroni({ members: restEndpoints(cluster), ...patroniReads(cluster, needs.secrets), clock })
    : undefined;
  const postgres = postgresOf(needs);
  const ssh = sshPoolOf(cluster, needs);
  const proxies = proxiesOf(needs);
  const log = ssh ? createMemberLog({ ssh, layouts: layoutsOf(cluster), isPatroni, clock }) : undefined;
  const logs = log && {
    member: async (host: string, asked: LogAsked) => log.read(host, asked, await logPlace(postgres, host, asked)),
  };
  const hosts = ssh ? hostsOf(needs, ssh) : undefined;
  const vip = cluster.vip ? { address: cluster.vip, hosts: proxyHostsWithSsh(cluster).map(({ name }) => name) } : undefined;
  const parts: ClusterParts = {
    ...{ info: infoOf(cluster), etcdName: etcdNameOf(cluster) },
    limits: limitsOf(needs.config, cluster),
    sql: postgres,
    rewindRole: cluster.rewind?.user,
    patroni,
    etcd: isPatroni && needs.etcd ? etcdOf(needs, needs.etcd) : undefined,
    proxies,
    hosts,
    backups: ssh && backupParts(cluster, ssh, clock),
    lingering: ssh && lingeringOf(cluster, ssh, clock),
    poolers: poolerParts(cluster, { secrets: needs.secrets, clock, ssh }),
    logs,
    vip,
  };
  return {
    config: cluster,
    parts,
    postgres,
    ...(patroni ? { patroni } : {}),
    ...(ssh ? { ssh } : {}),
    async warm() {
      await Promise.all([patroni?.warm(), postgres.warm(), ssh?.warm(), proxies?.warm()]);
    },
    async close() {
      patroni?.close();
      proxies?.close();
      ssh?.close();
      await postgres.close();
    },
  };
}

/** Where PostgreSQL of a member writes its log, or why that is not known. */
async function logPlace(postgres: Postgres, host: string, { unit }: LogAsked) {
  if (unit === 'patroni') return { why: 'it was not asked' };
  const place = await postgres.log(host);
  return place.ok ? place.value : { why: place.why };
}

function postgresOf({ cluster, secrets, clock }: Needs): Postgres {
  const { user, database, password, tls } = cluster.postgres;
  return createPostgres({
    clock,
    members: cluster.members.map(({ name, host, postgresPort: port }) => ({
      name,
      login: { host, port, user, database, password: password && secrets.reveal(password), tls },
    })),
  });
}

function portsOf({ members }: ClusterConfig) {
  return new Map(members.map(({ name, host, postgresPort }) => [name, { host, port: postgresPort }]));
}

function hostsOf({ cluster, redact, clock }: Needs, ssh: SshPool): NonNullable<ClusterParts['hosts']> {
  const layouts = layoutsOf(cluster);
  const reads = createHostReads({ ssh, layouts, ports: portsOf(cluster), clock });
  const rest = new Map(restEndpoints(cluster).map(({ name, url }) => [name, url]));
  const targets = new Map(
    cluster.members.map(({ name, host, postgresPort }) => [name, { host, postgresPort, restUrl: rest.get(name) ?? '' }]),
  );
  const layoutFor = (host: string) => {
    const layout = layouts.get(host);
    if (!layout) throw refusal(`no data directory is configured for ${host}`, 'Add it to the member in the configuration.');
    return layout;
  };
  const units = createUnits({ ssh, layouts, clock });
  return {
    ...reads,
    reach: (from, to) => reads.reach(from, rest.get(to) ?? ''),
    async lookFrom(from, member) {
      const target = targets.get(member);
      if (!target) throw refusal(`there is no member ${member}`, 'Name a member of the configuration.');
      return reads.lookFrom(from, target);
    },
    ...createRebuildHostReads({ ssh, layoutOf: layoutFor, units, redact, clock }),
  };
}

function layoutsOf({ members }: ClusterConfig) {
  return new Map(members.map((member) => [member.name, layoutOf(member)]));
}

function proxiesOf({ cluster, clock }: Needs) {
  if (!cluster.haproxy) return undefined;
  const { hosts, primaryBackend, replicaBackend } = cluster.haproxy;
  return createProxies({
    hosts,
    clock,
    backends: { primary: primaryBackend, ...(replicaBackend ? { replica: replicaBackend } : {}) },
  });
}

function etcdOf({ cluster, clock, log }: Needs, etcd: Etcd): NonNullable<ClusterParts['etcd']> {
  const prefix = scopePrefix(cluster);
  return {
    names: etcd.access.endpoints,
    endpoints: () => etcd.endpointHealth(),
    term: () => etcd.term(),
    lease: () =>
      takeReading({
        source: `etcd, ${prefix}leader`,
        clock,
        told: (error) => asError(error).message,
        async take() {
          const { entries } = await etcd.readScope(`${prefix}leader`);
          const entry = entries.find(({ key }) => key === `${prefix}leader`);
          if (!entry || entry.value === '') return {};
          const leftS = entry.lease === '0' ? undefined : await etcd.leaseLeftS(entry.lease);
          return { holder: entry.value, ...(leftS === undefined ? {} : { leftS }) };
        },
      }),
    config: dynamicConfig(prefix, etcd, clock),
    dcs: () =>
      takeReading({
        source: `etcd, ${prefix}`,
        clock,
        told: (error) => asError(error).message,
        async take() {
          const { dcs, notUnderstood } = decodeScope(prefix, await etcd.readScope(prefix));
          if (notUnderstood.length > 0) log.warn('keys are not understood', { scope: prefix, notUnderstood });
          return dcs;
        },
      }),
  };
}

/** `/service/billing/`. */
export function scopePrefix({ namespace, scope, name }: ClusterConfig): string {
  return `${namespace.endsWith('/') ? namespace : `${namespace}/`}${scope ?? name}/`;
}

function etcdNameOf({ mode, etcd }: ClusterConfig): string | undefined {
  return mode === 'patroni' ? etcd : undefined;
}
