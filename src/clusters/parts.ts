import type { Activity, ClusterInfo, Dcs, Disk, EtcdEndpoint, PatroniMember, ProxyReadings, SqlMember } from '../core/cluster.ts';
import type { PoolerState, ResumeTimer } from '../core/pooler.ts';
import type { Reading } from '../core/reading.ts';
import type { Server } from '../core/server.ts';
import type { LeaderLease, Seen } from '../core/sighting.ts';
import type { Limits } from '../core/view.ts';

/**
 * What one cluster is read by; `app.ts` fills it. None of these rejects for a part that is down, but the view bounds them all the same.
 * An absent part is one that the cluster does not have: no Patroni and etcd in mode streaming, no HAProxy, no VIP, no ssh.
 */
export interface ClusterParts {
  readonly info: ClusterInfo;
  readonly limits: Limits;
  readonly sql: {
    member(name: string): Promise<Reading<SqlMember>>;
    activity(name: string): Promise<Reading<Activity>>;
  };
  readonly patroni?: { member(name: string): Promise<Reading<PatroniMember>> } | undefined;
  readonly etcd?:
    | {
        dcs(): Promise<Reading<Dcs>>;
        endpoints(): Promise<readonly EtcdEndpoint[]>;
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
        addresses(host: string): Promise<Reading<readonly string[]>>;
      }
    | undefined;
  readonly poolers?:
    | readonly {
        readonly name: string;
        readonly databases: readonly string[];
        read(): Promise<Reading<PoolerState>>;
        timer(unit: string): Promise<ResumeTimer['timer']>;
      }[]
    | undefined;
  /** `hosts`: names of the proxy hosts that may hold it. */
  readonly vip?: { readonly address: string; readonly hosts: readonly string[] } | undefined;
}
