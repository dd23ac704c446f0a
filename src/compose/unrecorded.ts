import type { SignalStore } from '../alerts/ports.ts';

/** The store of signals, and how many it was given last that it did not take: they are told all the same and given to it again. */
export function countUnrecorded<S extends SignalStore>(store: S): { readonly store: S; readonly unrecorded: () => number } {
  const counts = new Map<string, number>();
  const commit: S['commit'] = async (progress) => {
    try {
      const claims = await store.commit(progress);
      counts.delete(progress.watch);
      return claims;
    } catch (error) {
      counts.set(progress.watch, progress.signals.length);
      throw error;
    }
  };
  return { store: { ...store, commit }, unrecorded: () => [...counts.values()].reduce((sum, count) => sum + count, 0) };
}
