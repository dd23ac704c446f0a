import type { ClusterParts } from '../clusters/parts.ts';
import type { Clock } from '../core/clock.ts';
import { asError, unreachable } from '../core/errors.ts';
import { JsonObjectSchema } from '../core/json.ts';
import { takeReading } from '../core/take-reading.ts';
import type { Etcd } from '../etcd/client.ts';
import { parseJson } from '../etcd/decode-values.ts';
import { hideSecrets } from '../patroni/hide-secrets.ts';

/**
 * The dynamic configuration as the DCS holds it now. `GET /config` of Patroni answers from its cache, up to `loop_wait` old
 * (patroni/api.py, do_GET_config), which is no base to compare on.
 */
export function dynamicConfig(
  prefix: string,
  etcd: Pick<Etcd, 'readScope'>,
  clock: Clock,
): NonNullable<ClusterParts['etcd']>['config'] {
  const key = `${prefix}config`;
  return () =>
    takeReading({
      source: `etcd, ${key}`,
      clock,
      told: (error) => asError(error).message,
      async take() {
        const found = (await etcd.readScope(prefix)).entries.find((entry) => entry.key === key);
        if (!found) throw unreachable(`there is no key ${key}`, 'Patroni writes it when the cluster is made; look at the DCS.');
        return hideSecrets(parseJson(JsonObjectSchema, found.value));
      },
    });
}
