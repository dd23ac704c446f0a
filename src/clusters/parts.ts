import type { Backups } from '../core/backups.ts';
import type { Activity, ClusterInfo, Dcs, Disk, EtcdEndpoint, PatroniMember, ProxyReadings, SqlMember } from '../core/cluster.ts';
import type { ClaimSight } from '../core/claim-sight.ts';
import type { EtcdAccess } from '../core/etcd-access.ts';
import type { PoolerState, ResumeTimer } from '../core/pooler.ts';
import type { EtcdTerm } from '../core/etcd-term.ts';
import type { RestReach } from '../core/rest-reach.ts';
import type { MemberSetting } from '../core/cluster-config.ts';
import type { JsonObject } from '../core/json.ts';
import type { DataDirectory, KeptFolder } from '../core/data-directory.ts';
import type { Reading } from '../core/reading.ts';
import type { RewindSource } from '../core/rewind-source.ts';
import type { Server } from '../core/server.ts';
import type { HostLog, LogAsked } from '../core/host-log.ts';
import type { Backend, Clients, Sessions } from '../core/sessions.ts';
import type { SlotDetail } from '../core/slot-detail.ts';
import type { IdentifiedSystem, ReplicationLogin, Upstream } from '../core/upstream.ts';
import type { LeaderLease, Seen } from '../core/sighting.ts';
import type { UnitSight } from '../core/unit-sight.ts';
import type { AccessRule, BareHost, CopyProgress, CopySource } from '../core/standby.ts';
import type { Limits } from '../core/view.ts';

/**
 * What one cluster is read by; `app.ts` fills it. None of these rejects for a part that is down, but the view bounds them all the same.
 * An absent part is one that the cluster does not have: no Patroni and etcd in mode streaming, no HAProxy, no VIP, no ssh.
 */
export interface ClusterParts {
  readonly info: ClusterInfo;
  /** The etcd that it hangs on, as the configuration names it. */
  readonly etcdName?: string | undefined;
  readonly limits: Limits;
  readonly sql: {
    member(name: string): Promise<Reading<SqlMember>>;
    activity(name: string): Promise<Reading<Activity>>;
    configLoadedAt(name: string): Promise<Reading<number>>;
    settings(name: string): Promise<Reading<readonly MemberSetting[]>>;
    sessions(name: string): Promise<Reading<Sessions>>;
    backend(name: string, pid: number): Promise<Reading<Backend | undefined>>;
    clients(name: string): Promise<Reading<Clients>>;
    slots(name: string): Promise<Reading<readonly SlotDetail[]>>;
    rewindSource(name: string, role: string): Promise<Reading<RewindSource>>;
    copySource(name: string): Promise<Reading<CopySource>>;
    copyProgress(name: string): Promise<Reading<readonly CopyProgress[]>>;
    upstream(name: string): Promise<Reading<Upstream>>;
  };
  /** The role that pg_rewind logs in as; absent where the configuration names none. */
  readonly rewindRole?: string | undefined;
  readonly patroni?:
    | {
        member(name: string): Promise<Reading<PatroniMember>>;
        /** The same from a member's cache, up to `loop_wait` old. */
        dynamicConfig(name: string): Promise<Reading<JsonObject>>;
      }
    | undefined;
  readonly etcd?:
    | {
        dcs(): Promise<Reading<Dcs>>;
        /** The dynamic configuration as it is held now, without what may hold a secret. */
        config(): Promise<Reading<JsonObject>>;
        endpoints(): Promise<readonly EtcdEndpoint[]>;
        /** What this process saw of its leaders. */
        term?(): EtcdTerm | undefined;
        lease(): Promise<Reading<LeaderLease>>;
        /** Their addresses, to say that they gave no answer. */
        readonly names: readonly string[];
      }
    | undefined;
  readonly proxies?: { readonly names: readonly string[]; read(): Promise<readonly ProxyReadings[]> } | undefined;
  readonly hosts?:
    | {
        disk(host: string): Promise<Reading<Disk>>;
        server(host: string): Promise<Reading<Server>>;
        /** What the host `from` sees of a member. */
        lookFrom(from: string, member: string): Promise<Reading<Seen>>;
        dataDirectory(host: string): Promise<Reading<DataDirectory>>;
        kept(host: string): Promise<Reading<readonly KeptFolder[]>>;
        unit(host: string, claim: string): Promise<Reading<UnitSight>>;
        claim(host: string, id: string): Promise<Reading<ClaimSight>>;
        bareHost(host: string, further: readonly string[] | undefined): Promise<Reading<BareHost>>;
        replicationRules(host: string): Promise<Reading<readonly AccessRule[]>>;
        etcdAccess(host: string): Promise<Reading<EtcdAccess>>;
        addresses(host: string): Promise<Reading<readonly string[]>>;
        /** Whether the host of one member gets to Patroni's REST API on another. */
        reach?(from: string, to: string): Promise<Reading<RestReach>>;
        replicationLogin(login: ReplicationLogin): Promise<Reading<IdentifiedSystem>>;
      }
    | undefined;
  /** What the backup tool says; absent where the configuration names none. */
  readonly backups?: (() => Promise<Reading<Backups>>) | undefined;
  /** The HAProxies whose configuration file can be read over ssh: the servers whose sessions stay when they are marked down. */
  readonly lingering?: readonly { readonly proxy: string; read(): Promise<Reading<readonly string[]>> }[] | undefined;
  readonly poolers?:
    | readonly {
        readonly name: string;
        readonly databases: readonly string[];
        read(): Promise<Reading<PoolerState>>;
        timer(unit: string): Promise<ResumeTimer['timer']>;
      }[]
    | undefined;
  /** Logs of the members' hosts; absent without ssh. */
  readonly logs?: { member(host: string, asked: LogAsked): Promise<Reading<HostLog>> } | undefined;
  /** `hosts`: names of the proxy hosts that may hold it. */
  readonly vip?: { readonly address: string; readonly hosts: readonly string[] } | undefined;
}
