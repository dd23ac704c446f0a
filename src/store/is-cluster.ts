import { Cluster, type Redis } from 'ioredis';

/** Whether a connection is one to a Redis Cluster. */
export function isCluster(redis: Redis | Cluster): redis is Cluster {
  return redis instanceof Cluster;
}
