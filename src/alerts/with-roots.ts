import type { Signal } from '../core/signal.ts';
import type { SignalStore } from './ports.ts';

/** The address of a member's host; absent where it is not configured. */
export type HostOf = (cluster: string, member: string) => string | undefined;

/** Says with each unplanned loss which host it may be about, so that what else stands still there belongs to it. */
export function withRoots(store: SignalStore, hostOf: HostOf): SignalStore {
  return { ...store, commit: (commit) => store.commit({ ...commit, signals: commit.signals.map((one) => rooted(one, hostOf)) }) };
}

function rooted(signal: Signal, hostOf: HostOf): Signal {
  const { condition, cause, from, cluster, provides = [], run } = signal;
  if (condition || run !== undefined || cause === 'planned' || cause === 'blip' || from === undefined) return signal;
  const host = hostOf(cluster, from);
  return host === undefined ? signal : { ...signal, provides: [...provides, `host:${host}`] };
}
