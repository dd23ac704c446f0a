import type { DcsRevision, DcsSnapshot } from '../core/dcs-change.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Etcd, EtcdEntry, EtcdRead } from './client.ts';
import { decodeScope } from './decode.ts';
import { decodeRevision } from './decode-change.ts';
import { watchPrefix } from './watch.ts';
import type { Resync, WatchOptions } from './watch-options.ts';

/** Every scope under the prefix at one revision. */
export interface ScopeSurvey {
  readonly revision: number;
  readonly clusterId: string;
  readonly scopes: readonly DcsSnapshot[];
}

/** Patroni's scopes under one prefix of one etcd cluster, decoded. */
export interface ScopeSource {
  readonly name: string;
  /** @throws Unreachable when no endpoint answers. */
  read(): Promise<ScopeSurvey>;
  /** Follows from a revision on; see `watchPrefix`. Returns what stops it. */
  follow(
    from: { readonly next: number; readonly clusterId: string },
    handlers: {
      deliver(revision: DcsRevision): void;
      resync(cause: Resync): Promise<ScopeSurvey>;
      connected?(isConnected: boolean): void;
    },
  ): () => Promise<void>;
}

/**
 * @param name of the etcd cluster in the configuration.
 * @param prefix such as `/service/`.
 */
export function createScopeSource(
  etcd: Etcd,
  { name, prefix, log, state, heard }: { name: string; prefix: string; log: Log } & Pick<WatchOptions, 'state' | 'heard'>,
): ScopeSource {
  let last: EtcdRead | undefined;
  const read = async () => {
    try {
      last = await etcd.readScope(prefix);
    } catch (error) {
      state?.({ endpoint: etcd.access.endpoints.join(', '), connected: false, why: asError(error).message });
      throw error;
    }
    return surveyOf(prefix, last, log);
  };
  return {
    name: `${name}${prefix}`,
    read,
    follow: (from, { deliver, resync, connected }) =>
      watchPrefix({
        ...{ etcd, prefix, log, from: { ...from, ...(last ? { read: last } : {}) } },
        state(now) {
          state?.(now);
          connected?.(now.connected);
        },
        ...(heard ? { heard } : {}),
        deliver: (batch) => deliver(decodeRevision(prefix, batch)),
        async resync(cause) {
          await resync(cause);
          return last ?? etcd.readScope(prefix);
        },
      }),
  };
}

function surveyOf(prefix: string, read: EtcdRead, log: Log): ScopeSurvey {
  const byScope = new Map<string, EtcdEntry[]>();
  for (const entry of read.entries) {
    const slash = entry.key.indexOf('/', prefix.length);
    if (slash < 0) continue;
    const scope = entry.key.slice(0, slash + 1);
    const entries = byScope.get(scope);
    if (entries) entries.push(entry);
    else byScope.set(scope, [entry]);
  }
  const scopes = [...byScope].map(([scope, entries]): DcsSnapshot => {
    const { dcs, notUnderstood } = decodeScope(scope, { revision: read.revision, entries });
    if (notUnderstood.length > 0) log.warn('keys are not understood', { scope, notUnderstood });
    const leader = entries.find(({ key }) => key === `${scope}leader`);
    const { revision, clusterId } = read;
    return { revision, clusterId, scope, dcs, ...(leader ? leaderKey(leader) : {}) };
  });
  return { revision: read.revision, clusterId: read.clusterId, scopes };
}

function leaderKey({ modRevision, createRevision, version }: EtcdEntry): Pick<DcsSnapshot, 'leaderRevision' | 'leaderCreated'> {
  const created =
    createRevision === undefined || version === undefined ? {} : { leaderCreated: { revision: createRevision, version } };
  return { leaderRevision: modRevision, ...created };
}
