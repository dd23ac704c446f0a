import type { Config } from './schema.ts';
import { halfOfLogin, halfOfTls } from './whole-login.ts';

/** What is half of something in how Patroni's REST API is reached. */
export function crossCheckPatroni({ clusters }: Pick<Config, 'clusters'>): ReturnType<typeof halfOfLogin> {
  return clusters.flatMap(({ patroni }, c) => {
    const at = ['clusters', c, 'patroni'];
    const unused =
      patroni.changes && !patroni.tls
        ? [
            {
              keys: [...at, 'changes'],
              reason: 'a client certificate has no effect without `tls`',
              hint: 'Add tls: { ca: ... }, so that Patroni is asked over https.',
            },
          ]
        : [];
    return [...halfOfLogin(patroni, at), ...halfOfTls(patroni.tls, [...at, 'tls']), ...unused];
  });
}
