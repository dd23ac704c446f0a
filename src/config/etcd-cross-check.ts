import type { Config, EtcdConfig } from './schema.ts';
import { halfOfTls, halfOfLogin } from './whole-login.ts';

interface Found {
  readonly keys: readonly (string | number)[];
  readonly value?: string;
  readonly reason: string;
  readonly hint: string;
}

/** What contradicts itself, or is half of something, in how the etcds are reached. */
export function crossCheckEtcds({ etcds }: Pick<Config, 'etcds'>): readonly Found[] {
  return etcds.flatMap((etcd, e) => {
    const at = ['etcds', e];
    return [...endpoints(etcd, e), ...schemes(etcd, e), ...halfOfLogin(etcd, at), ...halfOfTls(etcd.tls, [...at, 'tls'])];
  });
}

/** Host and port alone: a path would be ignored, and a login in it would be shown in messages. */
function endpoints({ endpoints: all }: EtcdConfig, e: number): readonly Found[] {
  return all.flatMap((endpoint, i) => {
    const { username, password, pathname, search, hash } = new URL(endpoint);
    const bare = username === '' && password === '' && ['', '/'].includes(pathname) && search === '' && hash === '';
    // As it is written: the client would take HTTPS:// for no TLS at all.
    if (bare && /^https?:\/\//.test(endpoint)) return [];
    const hint = 'Give each as https://HOST:PORT (or http://); username, password and tls are keys beside endpoints.';
    return [{ keys: ['etcds', e, 'endpoints', i], reason: 'an endpoint is scheme, host and port alone', hint }];
  });
}

function schemes({ endpoints: all, tls }: EtcdConfig, e: number): readonly Found[] {
  const isPlain = all.map((endpoint) => endpoint.startsWith('http:'));
  if (isPlain.some((plain) => plain !== isPlain[0]))
    return [
      {
        keys: ['etcds', e, 'endpoints'],
        reason: 'some endpoints are https and some are http',
        hint: 'An etcd cluster serves its clients with TLS or without; give all endpoints alike.',
      },
    ];
  if (!tls || !isPlain[0]) return [];
  return [
    {
      keys: ['etcds', e, 'tls'],
      reason: 'the endpoints are http, so `tls` has no effect',
      hint: 'Give the endpoints as https://, or take tls away.',
    },
  ];
}
