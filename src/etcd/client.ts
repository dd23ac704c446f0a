import type { Etcd3 } from 'etcd3';
import type { EtcdEndpoint } from '../core/cluster.ts';
import type { EtcdTerm } from '../core/etcd-term.ts';
import type { EtcdMembers, EtcdPace } from '../core/etcd-member.ts';
import type { Reading } from '../core/reading.ts';
import { unauthorised, unreachable } from '../core/errors.ts';
import { etcdClause, refusesLogin } from './etcd-clause.ts';
import { readHealth } from './endpoint-health.ts';
import { createEndpointMetrics } from './endpoint-metrics.ts';
import { hedged } from './hedge.ts';
import { createTermBook, type TermBook } from './term-book.ts';
import { type EtcdAccess, openEndpoint, prefixRange } from './transport.ts';

/** A key with its value (UTF-8) and the revision of its last write. With `keysOnly` the value is empty. */
export interface EtcdEntry {
  readonly key: string;
  readonly value: string;
  readonly modRevision: number;
  /** The revision that made the key since it was deleted last, and how often it was written since then, that one counted. */
  readonly createRevision?: number;
  readonly version?: number;
  /** Decimal text; `0` when the key has no lease. */
  readonly lease: string;
}

/** One linearizable read: every entry as of `revision`. */
export interface EtcdRead {
  readonly revision: number;
  /** Decimal text of etcd's 64-bit cluster id. */
  readonly clusterId: string;
  readonly entries: readonly EtcdEntry[];
  /** The endpoint that answered. */
  readonly endpoint: string;
}

/** Read-only access to one etcd cluster. */
export interface Etcd {
  readonly access: EtcdAccess;
  /**
   * Everything under a prefix, read through etcd's quorum. A dead or frozen endpoint costs 100 ms.
   * @throws Unreachable that names every endpoint and why it did not answer; Unauthorised where one answers and refuses the login.
   */
  readScope(prefix: string, options?: { readonly keysOnly?: boolean }): Promise<EtcdRead>;
  /** Whole seconds until a lease ends unless it is renewed; `undefined` when it has ended. @throws Unreachable as `readScope`. */
  leaseLeftS(lease: string): Promise<number | undefined>;
  /** Every endpoint asked at once, each bounded to 2 s; never rejects. */
  endpointHealth(): Promise<readonly EtcdEndpoint[]>;
  /** The members as etcd lists them. @throws Unreachable as `readScope`. */
  members(): Promise<EtcdMembers>;
  /** How long each endpoint's disk takes, by its own /metrics, each bounded to 2 s; never rejects. */
  pace(): Promise<Readonly<Record<string, Reading<EtcdPace>>>>;
  /** The raft term, by all answers that came so far. */
  term(): EtcdTerm | undefined;
  close(): void;
}

const HEDGE_MS = 100;

/** Opens lazily: a cluster that is down is no error until it is asked. */
export function createEtcd(access: EtcdAccess): Etcd {
  const clients = access.endpoints.map((endpoint) => ({ endpoint, client: openEndpoint(access, endpoint) }));
  const book = createTermBook(access.clock);
  const metrics = createEndpointMetrics(access);
  let lastGood = 0;

  async function firstOf<T>(ask: (at: (typeof clients)[number]) => Promise<T>): Promise<T> {
    const order = clients.map((_, i) => (lastGood + i) % clients.length);
    const attempts = order.flatMap((index) => {
      const at = clients[index];
      return at ? [async () => ({ index, answer: await ask(at) })] : [];
    });
    try {
      const { index, answer } = await hedged(attempts, HEDGE_MS, access.clock);
      lastGood = index;
      return answer;
    } catch (error) {
      throw noneAnswered(
        order.map((index) => access.endpoints[index] ?? ''),
        error,
      );
    }
  }

  return {
    access,
    readScope: (prefix, { keysOnly = false } = {}) => firstOf((at) => rangeOf(at, prefix, { keysOnly, book })),
    leaseLeftS: (lease) =>
      firstOf(async ({ client }) => {
        const { TTL } = await client.leaseClient.leaseTimeToLive({ ID: lease });
        return Number(TTL) > 0 ? Number(TTL) : undefined;
      }),
    endpointHealth: () => Promise.all(clients.map(({ endpoint, client }) => readHealth(client, endpoint, access.clock))),
    members: () =>
      firstOf(async ({ client }) => {
        const { members } = await client.cluster.memberList({});
        return members.map(({ ID: id, name, clientURLs, isLearner }) => ({
          id,
          name,
          clientUrls: clientURLs,
          learner: isLearner,
        }));
      }),
    pace: () => metrics.read(),
    term: () => book.says(),
    close() {
      metrics.close();
      for (const { client } of clients) client.close();
    },
  };
}

interface At {
  readonly client: Etcd3;
  readonly endpoint: string;
}

async function rangeOf({ client, endpoint }: At, prefix: string, how: { keysOnly: boolean; book: TermBook }): Promise<EtcdRead> {
  const { header, kvs } = await client.kv.range({ ...prefixRange(prefix), keys_only: how.keysOnly, serializable: false });
  how.book.saw(header.cluster_id, header.raft_term);
  return {
    endpoint,
    revision: Number(header.revision),
    clusterId: header.cluster_id,
    entries: kvs.map((kv) => ({
      key: kv.key.toString(),
      value: kv.value.toString(),
      modRevision: Number(kv.mod_revision),
      createRevision: Number(kv.create_revision),
      version: Number(kv.version),
      lease: kv.lease,
    })),
  };
}

function noneAnswered(endpoints: readonly string[], error: unknown): Error {
  const causes = error instanceof AggregateError ? error.errors : [error];
  const clauses = endpoints.map((_, i) => etcdClause(causes[i]));
  const each = endpoints.map((endpoint, i) => `${endpoint}: ${clauses[i]}`);
  if (clauses.some(refusesLogin))
    return unauthorised(
      `etcd does not take Trunkline's login (${each.join('; ')})`,
      'Check `username` and `password` of this etcd in the configuration against its users (etcdctl user get), and that a role of the user may read the prefix.',
    );
  if (clauses.every((clause) => /TLS|https/.test(clause)))
    return unreachable(
      `no etcd endpoint could be trusted (${each.join('; ')})`,
      'Check `endpoints` and `tls` of this etcd in the configuration: the authority, the names and the dates of the certificates.',
      error,
    );
  return unreachable(
    `no etcd endpoint answered (${each.join('; ')})`,
    'Check that a majority of the etcd members runs and that Trunkline may reach them.',
    error,
  );
}
