import type { Incident, IncidentSummary } from '../core/incident.ts';
import type { Log } from '../core/log.ts';
import type { Client } from './client.ts';
import { createLeaderChanges, type LeaderChanges } from './leader-changes.ts';
import { incidentRecord } from './migrations/incident.ts';
import { readJsonRecord } from './migrations/record-kind.ts';
import { cannotRead, tellOnce } from './unreadable.ts';

/** Incidents and each cluster's last leader change. */
export interface Incidents extends LeaderChanges {
  save(incident: Incident): Promise<void>;
  /** @throws Refusal for one that this release can't read. */
  load(id: string): Promise<Incident | undefined>;
  /** Everything not resolved, oldest first. */
  open(): Promise<readonly Incident[]>;
  openOf(cluster: string): Promise<readonly IncidentSummary[]>;
}

/** How long a resolved incident is kept: 400 days in milliseconds. */
const KEEP_MS = 400 * 24 * 3_600_000;

export function createIncidents(redis: Client, prefix: string, log?: Log): Incidents {
  const tell = tellOnce(log);
  const base = `{${prefix}}`;
  const incidentKey = (id: string) => `${base}:incident:${id}`;
  const openKey = `${base}:incidents:open`;

  const read = async (id: string) => {
    const text = await redis.get(incidentKey(id));
    return text === null ? undefined : readJsonRecord(incidentRecord, text);
  };
  const load = async (id: string) => {
    const found = await read(id);
    if (found && 'unreadable' in found) throw cannotRead('incident', { id, kind: found.unreadable, says: found.says });
    return found?.record;
  };
  /** One that can't be read is left alone, so that the others are still followed. */
  const open = async () => {
    const ids = await redis.zrange(openKey, '0', '-1');
    const found = await Promise.all(ids.map(async (id) => ({ id, one: await read(id) })));
    return found.flatMap(({ id, one }) => {
      if (one && 'record' in one) return [one.record];
      if (one) tell('incident', { id, says: one.says });
      return [];
    });
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
    ...createLeaderChanges(redis, prefix, log),
  };
}
