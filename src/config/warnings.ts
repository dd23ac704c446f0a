import { idleRoutes } from './idle-routes.ts';
import type { Config } from './schema.ts';

/** Something that works, and that whoever wrote it may not mean. */
export interface Warning {
  /** `etcds[0].endpoints`. */
  readonly path: string;
  readonly says: string;
  readonly hint: string;
}

/** What a good configuration is told about beside: a password that is sent in the clear, a route of alerts that tells nobody. */
export function warningsOf(config: Pick<Config, 'etcds' | 'clusters' | 'alerts'>): readonly Warning[] {
  const { etcds, clusters } = config;
  return [
    ...idleRoutes(config),
    ...etcds.flatMap(({ name, endpoints, password }, e) => {
      const plain = password === undefined ? [] : endpoints.filter(isInTheClear);
      if (plain.length === 0) return [];
      const says = `the password of etcd ${name} is sent in the clear to ${plain.join(', ')}`;
      return [
        { path: `etcds[${e}].endpoints`, says, hint: 'Whoever reads it on the way can log in as that user. Use https://.' },
      ];
    }),
    ...clusters.flatMap(({ name, mode, patroni }, c) => {
      if (mode !== 'patroni' || patroni.password === undefined || patroni.tls) return [];
      const says = `the password of Patroni's REST API of ${name} is sent in the clear`;
      const hint = 'Whoever reads it on the way can switch over and restart. Let Patroni serve TLS, and add tls: { ca: ... }.';
      return [{ path: `clusters[${c}].patroni.password`, says, hint }];
    }),
  ];
}

/** Over the network: the host itself is no way on which somebody else reads. */
function isInTheClear(endpoint: string): boolean {
  const { protocol, hostname } = new URL(endpoint);
  return protocol === 'http:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
