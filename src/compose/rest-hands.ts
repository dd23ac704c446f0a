import type { RestHands } from '../acts/hands.ts';
import type { PatroniRest } from '../patroni/patroni-rest.ts';

/** What acts do to the dynamic configuration and to what is scheduled, cluster by cluster. */
export function restHands(of: (cluster: string) => PatroniRest): RestHands {
  return {
    config: async (cluster, via, signal) => of(cluster).config(via, signal),
    patchConfig: async (cluster, via, patch, signal) => of(cluster).patchConfig(via, patch, signal),
    clearSwitchover: async (cluster, via, signal) => of(cluster).clearSwitchover(via, signal),
    clearRestart: async (cluster, via, signal) => of(cluster).clearRestart(via, signal),
  };
}
