import type { ClusterConfig } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { PatroniEndpoint } from '../patroni/patroni.ts';
import type { TlsTexts } from '../patroni/patroni-http.ts';
import { tlsMaterial } from '../tls-material.ts';

type Patroni = Pick<ClusterConfig, 'name' | 'members' | 'patroni'>;

/** `http://host:8008` of each member, https where TLS is configured. */
export function restEndpoints({ members, patroni }: Pick<ClusterConfig, 'members' | 'patroni'>): readonly PatroniEndpoint[] {
  const scheme = patroni.tls ? 'https' : 'http';
  return members.map(({ name, host, restPort }) => ({
    name,
    url: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${restPort}`,
  }));
}

/** How Patroni's REST API is read: without its password, and without the certificate that changes are made with. */
export function patroniReads({ name, patroni }: Patroni, secrets: Secrets): { readonly tls?: TlsTexts } {
  return patroni.tls ? { tls: tlsMaterial(patroni.tls, `patroni.tls of ${name}`, secrets) } : {};
}

/** How changes are asked of it; in a worker alone, as the bot does not resolve these secrets. */
export function patroniChanges(
  cluster: Patroni,
  secrets: Secrets,
): { readonly tls?: TlsTexts; readonly auth?: { readonly username: string; readonly password: string } } {
  const { username, password, changes } = cluster.patroni;
  const { tls } = patroniReads(cluster, secrets);
  const own = changes ? tlsMaterial(changes, `patroni.changes of ${cluster.name}`, secrets) : {};
  return {
    ...(tls ? { tls: { ...tls, ...own } } : {}),
    ...(username && password ? { auth: { username, password: secrets.reveal(password) } } : {}),
  };
}
