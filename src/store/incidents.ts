import type { Redis } from 'ioredis';
import { Incident, type IncidentSummary, LeaderChange } from '../core/incident.ts';

/** Incidents and each cluster's last leader change. */
export interface Incidents {
  save(incident: Incident): Promise<void>;
  load(id: string): Promise<Incident | undefined>;
  /** Everything not resolved, oldest first. */
  open(): Promise<readonly Incident[]>;
  openOf(cluster: string): Promise<readonly IncidentSummary[]>;
  /** Keeps the newest by time; the same change again is harmless. */
  changed(change: LeaderChange): Promise<void>;
  lastChange(cluster: string): Promise<LeaderChange | undefined>;
}

/** How long a resolved incident is kept: 400 days in milliseconds. */
const KEEP_MS = 400 * 24 * 3_600_000;

export function createIncidents(redis: Redis, prefix: string): Incidents {
  const base = `{${prefix}}`;
  const incidentKey = (id: string) => `${base}:incident:${id}`;
  const openKey = `${base}:incidents:open`;
  const changeKey = `${base}:leader-changes`;

  const load = async (id: string) => {
    const text = await redis.get(incidentKey(id));
    return text === null ? undefined : Incident.parse(JSON.parse(text));
  };
  const open = async () => {
    const found = await Promise.all((await redis.zrange(openKey, '0', '-1')).map(load));
    return found.filter((incident) => incident !== undefined);
  };
  return {
    async save(incident) {
      const resolved = incident.resolvedAtMs !== undefined;
      const write = redis.multi();
      if (resolved) {
        write
          .set(incidentKey(incident.id), JSON.stringify(incident))
          .pexpire(incidentKey(incident.id), KEEP_MS)
          .zrem(openKey, incident.id);
      } else {
        write.set(incidentKey(incident.id), JSON.stringify(incident)).zadd(openKey, incident.openedAtMs, incident.id);
      }
      for (const [error] of (await write.exec()) ?? []) if (error) throw error;
    },
    load,
    open,
    async openOf(cluster) {
      const found = (await open()).filter((incident) => incident.cluster === cluster);
      return found.map(({ id, says, openedAtMs }) => ({ id, cluster, says, sinceMs: openedAtMs }));
    },
    async changed(change) {
      const known = await redis.hget(changeKey, change.cluster);
      if (known !== null && LeaderChange.parse(JSON.parse(known)).atMs > change.atMs) return;
      await redis.hset(changeKey, change.cluster, JSON.stringify(change));
    },
    async lastChange(cluster) {
      const text = await redis.hget(changeKey, cluster);
      return text === null ? undefined : LeaderChange.parse(JSON.parse(text));
    },
  };
}
