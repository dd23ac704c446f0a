import type { Cluster, Redis } from 'ioredis';
import { isCluster } from './is-cluster.ts';

/** What one server says of itself. */
export interface ServerFacts {
  readonly role: string;
  /** True from Redis 7.2 on, which can wait until replicas have a write on disk (WAITAOF). */
  readonly waitsForDisk: boolean;
}

/** Asks the server, of a Cluster each of its primaries; the least of what they can counts. */
export async function readServerFacts(redis: Redis | Cluster): Promise<ServerFacts> {
  const texts = isCluster(redis) ? await Promise.all(redis.nodes('master').map((node) => node.info())) : [await redis.info()];
  const all = texts.map(serverFactsIn);
  return {
    role: all.find(({ role }) => role !== 'master')?.role ?? 'master',
    waitsForDisk: all.every(({ waitsForDisk }) => waitsForDisk),
  };
}

/** What the answer to INFO tells. */
export function serverFactsIn(info: string): ServerFacts {
  const [major = 0, minor = 0] = (valueIn(info, 'redis_version') ?? '').split('.').map(Number);
  return { role: valueIn(info, 'role') ?? 'unknown', waitsForDisk: major > 7 || (major === 7 && minor >= 2) };
}

function valueIn(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
}
