import type { Incident, IncidentSummary } from '../core/incident.ts';
import { incidentName } from '../core/incident-name.ts';
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
  /** By the short name that people type. */
  named(name: string): Promise<Incident | undefined>;
  /** Resolved ones as well, the newest first. */
  recent(limit: number): Promise<readonly Incident[]>;
  openOf(cluster: string): Promise<readonly IncidentSummary[]>;
}

/** How long a resolved incident is kept: 400 days in milliseconds. */
const KEEP_MS = 400 * 24 * 3_600_000;

export function createIncidents(redis: Client, prefix: string, log?: Log): Incidents {
  const tell = tellOnce(log);
  const base = `{${prefix}}`;
  const incidentKey = (id: string) => `${base}:incident:${id}`;
  const nameKey = (name: string) => `${base}:incident-name:${name}`;
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
  const all = async (ids: readonly string[]) => {
    const found = await Promise.all(ids.map(async (id) => ({ id, one: await read(id) })));
    return found.flatMap(({ id, one }) => {
      if (one && 'record' in one) return [one.record];
      if (one) tell('incident', { id, says: one.says });
      return [];
    });
  };
  const open = async () => all(await redis.zrange(openKey, '0', '-1'));
  return {
    save: (incident) => saved(redis, base, incident),
    load,
    open,
    async named(name) {
      const id = await redis.get(nameKey(name));
      return id === null ? undefined : load(id);
    },
    recent: async (limit) => all(await redis.zrevrange(`${base}:incidents:recent`, 0, limit - 1)),
    async openOf(cluster) {
      const found = (await open()).filter((incident) => incident.cluster === cluster);
      return found.map(({ id, says, openedAtMs }) => ({ id: incidentName(id), cluster, says, sinceMs: openedAtMs }));
    },
    ...createLeaderChanges(redis, prefix, log),
  };
}

async function saved(redis: Client, base: string, incident: Incident): Promise<void> {
  const { id, openedAtMs, resolvedAtMs } = incident;
  const [key, open, recent] = [`${base}:incident:${id}`, `${base}:incidents:open`, `${base}:incidents:recent`];
  const write = redis
    .multi()
    .set(key, JSON.stringify(incident))
    .set(`${base}:incident-name:${incidentName(id)}`, id, 'PX', KEEP_MS)
    .zadd(recent, openedAtMs, id)
    .zremrangebyscore(recent, '-inf', openedAtMs - KEEP_MS);
  if (resolvedAtMs === undefined) write.zadd(open, openedAtMs, id);
  else write.pexpire(key, KEEP_MS).zrem(open, id);
  for (const [error] of (await write.exec()) ?? []) if (error) throw error;
}
