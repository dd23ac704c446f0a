import type { RestHands } from '../acts/hands.ts';
import { unreachable } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import type { Reading } from '../core/reading.ts';
import type { PatroniRest } from '../patroni/patroni-rest.ts';

/** What acts do to the dynamic configuration and to what is scheduled, cluster by cluster. */
export function restHands(
  of: (cluster: string) => PatroniRest,
  read: (cluster: string) => Promise<Reading<JsonObject>>,
): RestHands {
  return {
    async config(cluster) {
      const held = await read(cluster);
      if (held.ok) return held.value;
      throw unreachable(
        `the configuration of ${cluster} cannot be read from the DCS: ${held.why}`,
        'Nothing was changed. See to etcd.',
      );
    },
    patchConfig: async (cluster, via, patch, signal) => of(cluster).patchConfig(via, patch, signal),
    clearSwitchover: async (cluster, via, signal) => of(cluster).clearSwitchover(via, signal),
    clearRestart: async (cluster, via, signal) => of(cluster).clearRestart(via, signal),
  };
}
