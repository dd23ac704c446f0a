import type { Cluster, Redis } from 'ioredis';
import type { Durable } from './durable.ts';

/**
 * A connection to Redis, to a primary found by Sentinel or to a Cluster. One that was made by `connectRedis` carries the way in
 * which a write is sent that an effect will follow.
 */
export type Client = (Redis | Cluster) & { readonly durable?: Durable };
