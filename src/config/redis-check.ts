import type { z } from 'zod';
import type { RedisSchema } from './redis-schema.ts';

interface Found {
  readonly keys: readonly (string | number)[];
  readonly reason: string;
  readonly hint: string;
}

/** Exactly one way to find Redis, whole. */
export function checkRedisPlace(redis: z.output<typeof RedisSchema>): readonly Found[] {
  const { host, sentinels, sentinelName, cluster, db } = redis;
  const found: Found[] = [];
  const ways = [host, sentinels, cluster].filter((way) => way !== undefined).length;
  if (ways !== 1)
    found.push({
      keys: ['redis'],
      reason: ways === 0 ? 'it is not said where Redis is' : 'Redis is given in more than one way',
      hint: 'Give one of: host (one server), sentinels with sentinelName, cluster.',
    });
  if ((sentinels === undefined) !== (sentinelName === undefined))
    found.push({
      keys: ['redis', sentinels ? 'sentinels' : 'sentinelName'],
      reason: 'sentinels and sentinelName belong together',
      hint: 'sentinelName is the name in `sentinel monitor NAME ...` of sentinel.conf.',
    });
  if (cluster && db !== 0)
    found.push({ keys: ['redis', 'db'], reason: 'a Redis Cluster has only database 0', hint: 'Remove db; use prefix instead.' });
  return found;
}
