import { Redis } from 'ioredis';
import { waitFor } from '../../lab/wait-for.ts';
import { Incident } from '../../src/core/incident.ts';
import type { Scene } from './scene.ts';

/** The incidents that were opened since then (epoch milliseconds), oldest first, but for those that became part of another one. */
export async function incidentsSince(scene: Scene, sinceMs: number): Promise<readonly Incident[]> {
  const redis = new Redis({ host: '127.0.0.1', port: scene.stage.redis.port, maxRetriesPerRequest: null });
  try {
    const keys = await redis.keys('{trunkline}:incident:*');
    const texts = keys.length === 0 ? [] : await redis.mget(keys);
    const all = texts.flatMap((text) => (text === null ? [] : [Incident.parse(JSON.parse(text))]));
    return all.filter(({ openedAtMs, partOf }) => openedAtMs >= sinceMs && !partOf).sort((a, b) => a.openedAtMs - b.openedAtMs);
  } finally {
    redis.disconnect();
  }
}

/** Waits until there is one that fits; the error says what there was instead. */
export async function incidentThat(
  scene: Scene,
  what: string,
  { sinceMs, withinMs }: { readonly sinceMs: number; readonly withinMs: number },
  fits: (incident: Incident) => boolean,
): Promise<Incident> {
  let found: Incident | undefined;
  const look = async () => {
    const all = await incidentsSince(scene, sinceMs);
    found = all.find(fits);
    return found ? [] : [`${what}; there are: ${all.map(inWords).join(' | ') || 'none'}`];
  };
  await waitFor(what, look, { timeoutMs: withinMs, everyMs: 500 });
  if (!found) throw new Error(what);
  return found;
}

/** For a person who reads why a test failed. */
export function inWords({ situation, cluster, says, conditions, resolvedAtMs, waitsFor }: Incident): string {
  const inside = Object.entries(conditions).map(
    ([key, { clearedAtMs }]) => `${key}${clearedAtMs === undefined ? '' : ' (over)'}`,
  );
  const state = resolvedAtMs === undefined ? `open, waits for ${waitsFor ?? 'nothing'}` : 'resolved';
  return `${situation} of ${cluster} (${state}): ${says} [${inside.join(', ')}]`;
}
