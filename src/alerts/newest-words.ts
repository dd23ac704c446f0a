import type { Incident, IncidentCondition } from '../core/incident.ts';
import { PatrolState, type WatchedCondition } from '../core/patrol-state.ts';
import { isHeavier } from '../core/severity.ts';
import { openConditions, withCondition, wordsAtMs } from './fold-condition.ts';
import { enqueue, type Live, type Means, refresh, save, stillOurs, stored } from './live.ts';
import { patrolPlace } from './patrol-place.ts';
import { isOpen } from './situation.ts';

/** How often the words of what lasts are looked for: whoever looks at a cluster, its incident may be another bot's. */
const EVERY_MS = 30_000;

/** Has the parent message, and the record, say what the patrol saw last of the incident's conditions. */
export async function refreshWords(means: Means, live: Live): Promise<void> {
  const { incident } = live;
  const nowMs = means.clock.now();
  const posts = new Set(openConditions(incident).map(({ cluster = incident.cluster }) => cluster));
  if (incident.resolvedAtMs !== undefined || posts.size === 0 || nowMs - live.wordsAtMs < EVERY_MS) return;
  live.wordsAtMs = nowMs;
  await stored(means, 'newest words', async () => {
    const all = new Map(await Promise.all([...posts].map(async (post) => [post, await watchedOf(means, post)] as const)));
    if (!(await stillOurs(means, live)) || live.incident.resolvedAtMs !== undefined) return;
    const next = withNewestWords(live.incident, (post) => all.get(post) ?? {});
    if (next === live.incident) return;
    live.incident = next;
    refresh(means, live);
    void enqueue(means, live, async () => void (await save(means, live)));
  });
}

async function watchedOf({ signals }: Means, post: string): Promise<PatrolState['conditions']> {
  const position = await signals.position(patrolPlace(post).watch);
  return PatrolState.safeParse(position?.states[post]).data?.conditions ?? {};
}

/**
 * The incident with the newest words of its conditions that last, as the patrol keeps them by post. They may have become lighter; that
 * they became heavier is news, which a signal tells. Pure; the same incident when nothing changed.
 */
export function withNewestWords(incident: Incident, watched: (post: string) => PatrolState['conditions']): Incident {
  let next = incident;
  for (const [name, known] of Object.entries(incident.conditions)) {
    const { cluster = incident.cluster } = known;
    const now = watched(cluster)[known.cluster === undefined ? name : name.slice(cluster.length + 1)];
    if (isOpen(known) && now?.raised && now.goneSinceMs === undefined && now.lastSeenMs > wordsAtMs(known))
      next = withWords(next, name, known, now);
  }
  return next;
}

function withWords(incident: Incident, name: string, known: IncidentCondition, now: WatchedCondition): Incident {
  const { says, severity, lastSeenMs } = now;
  const evidence = isNewEvidence(known, now) ? now.evidence : known.evidence;
  const isLighter = known.severity !== undefined && isHeavier(known.severity, severity);
  if (says === known.says && evidence === known.evidence && !isLighter) return incident;
  const words = {
    says,
    saidAtMs: lastSeenMs,
    ...(evidence === undefined ? {} : { evidence }),
    ...(isLighter ? { severity } : {}),
  };
  const seen = evidence === known.evidence ? incident.evidence : replaced(incident, name, known.evidence, evidence);
  return withCondition({ ...incident, evidence: seen }, name, { ...known, ...words });
}

/** What it was raised with also says for how long it had been seen by then. */
function isNewEvidence(known: IncidentCondition, { evidence }: WatchedCondition): boolean {
  return evidence !== undefined && known.evidence !== evidence && known.evidence?.startsWith(`${evidence}; `) !== true;
}

/** The newest last; what another condition was seen with as well stays. */
function replaced(incident: Incident, name: string, old: string | undefined, evidence: string | undefined): string[] {
  const isShared = Object.entries(incident.conditions).some(([other, one]) => other !== name && one.evidence === old);
  const kept = incident.evidence.filter((one) => one !== evidence && (isShared || one !== old));
  return evidence === undefined ? kept : [...kept, evidence];
}
