import type { ClusterParts } from '../clusters/parts.ts';
import type { ClusterConfig } from '../config/schema.ts';
import type { PgBouncerConfig } from '../config/pgbouncer-schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import { takeReading } from '../core/take-reading.ts';
import { createPoolerHost } from '../hosts/pooler-host.ts';
import type { PoolerTarget } from '../hosts/pooler-commands.ts';
import type { SshPool } from '../hosts/ssh-pool.ts';
import { createPoolerConsole, type PoolerConsole } from '../postgres/pooler-console.ts';
import { postgresClause } from '../postgres/postgres-clause.ts';

/** One PgBouncer as the commands on its host need it. */
export function poolerTarget({ host, port, adminUser, databases, sshUser }: PgBouncerConfig, sshUserOfAll: string): PoolerTarget {
  return { host, port, adminUser, databases, user: sshUser ?? sshUserOfAll };
}

/** Its console for a look, as a user who may SHOW and nothing else. */
function statsConsole(
  { host, port, statsUser: user, statsPassword }: PgBouncerConfig,
  secrets: Secrets,
  clock: Clock,
): PoolerConsole {
  return createPoolerConsole({ host, port, user, password: secrets.reveal(statsPassword) }, { clock });
}

/** Its console for RESUME; in a worker alone, as the bot does not resolve this password. */
export function adminConsole(
  { host, port, adminUser: user, password }: PgBouncerConfig,
  secrets: Secrets,
  clock: Clock,
): PoolerConsole {
  return createPoolerConsole({ host, port, user, password: secrets.reveal(password) }, { clock });
}

/** How the PgBouncers of a cluster are read. */
export function poolerParts(
  { pgbouncers, ssh: config }: ClusterConfig,
  { secrets, clock, ssh }: { readonly secrets: Secrets; readonly clock: Clock; readonly ssh: SshPool | undefined },
): NonNullable<ClusterParts['poolers']> {
  return pgbouncers.map((pooler) => {
    const { name, databases } = pooler;
    const reads = statsConsole(pooler, secrets, clock);
    const asked = { user: pooler.statsUser, database: 'pgbouncer', timeoutMs: 2000 };
    return {
      name,
      databases,
      read: () =>
        takeReading({
          source: `the console of PgBouncer on ${name}`,
          clock,
          take: () => reads.read(),
          told: (error) => postgresClause(error, asked),
        }),
      timer: (unit) =>
        takeReading({
          source: `systemd on ${name}`,
          clock,
          async take() {
            if (!ssh || !config) throw new Error('no ssh is configured');
            return createPoolerHost(ssh, name, poolerTarget(pooler, config.user)).timer(unit);
          },
          told: (error) => asError(error).message,
        }),
    };
  });
}
