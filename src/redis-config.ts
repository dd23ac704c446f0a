import type { Config } from './config/schema.ts';
import type { Secrets } from './config/secrets.ts';
import type { RedisConfig, RedisPlace } from './store/redis-options.ts';

/** Who is trusted with more than one server wants a write to be on more than one before something is done because of it. */
const ONE = { confirm: 1, within: 1000 };
const NONE = { confirm: 0, within: 1000 };

/** What the configuration says of Redis, with its secrets. */
export function redisConfig({ redis }: Config, secrets: Secrets): RedisConfig {
  const { username, password, db, tls, demo, sentinels, cluster } = redis;
  const { confirm, within } = redis.replicas ?? (sentinels || cluster ? ONE : NONE);
  return {
    ...placeOf(redis, secrets),
    ...{ db, tls, demo },
    ...(username ? { username } : {}),
    ...(password ? { password: secrets.reveal(password) } : {}),
    replicas: { confirm, withinMs: within },
  };
}

function placeOf({ host, port, sentinels, sentinelName, cluster, ...more }: Config['redis'], secrets: Secrets): RedisPlace {
  if (cluster) return { cluster };
  const { sentinelUsername, sentinelPassword } = more;
  if (sentinels && sentinelName)
    return {
      sentinels,
      name: sentinelName,
      ...(sentinelUsername ? { sentinelUsername } : {}),
      ...(sentinelPassword ? { sentinelPassword: secrets.reveal(sentinelPassword) } : {}),
    };
  return { host: host ?? '127.0.0.1', port };
}
