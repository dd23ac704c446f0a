import type { Incident } from '../core/incident.ts';
import { asError } from '../core/errors.ts';
import type { Message } from '../core/message.ts';
import { formatDuration } from '../core/units.ts';
import { isHeavier } from '../core/severity.ts';
import { acknowledgedBy } from './apply-act.ts';
import { type Live, type Means, phase, post, refresh, save, stillOurs } from './live.ts';
import { pageOf } from './page-of.ts';
import { mentions } from './people-lines.ts';
import type { Route } from './ports.ts';
import { calledSinceMs, routeOf } from './route.ts';
import { isHeld } from './silenced.ts';
import { noted } from './timeline.ts';

const AGAIN_MS = 60_000;

/**
 * Calls whom the route names when it is time: the targets at once, the second path when Slack has not taken the first message in time, the
 * steps of the escalation while nobody acknowledges a critical incident. What was told stands in the incident, so that another bot goes
 * on and tells nobody twice. While it is silenced nobody is called.
 */
export async function callPeople(means: Means, live: Live): Promise<void> {
  if (live.calling || live.lost || !live.ready) return;
  live.calling = true;
  try {
    await callAll(means, live);
  } catch (error) {
    means.log.error('people could not be called', { incident: live.incident.id, error: asError(error).message });
  } finally {
    live.calling = false;
  }
}

async function callAll(means: Means, live: Live): Promise<void> {
  const { incident } = live;
  if (incident.silencedBy || incident.resolvedAtMs !== undefined) return;
  const route = routeOf(means, incident);
  const nowMs = means.clock.now();
  const calledMs = nowMs - calledSinceMs(incident);
  const taken = route.escalation.slice(0, nextStep(incident)).flatMap(({ targets }) => targets);
  if (nowMs >= live.callAgainAtMs) tellTargets(means, live, [...route.targets, ...taken]);
  const late = calledMs >= route.backup.afterMs && live.incident.ts === undefined && !isHeld(live.incident);
  if (late && route.backup.targets.length > 0) tellBackup(means, live, route.backup);
  const step = nextStep(live.incident);
  const due = route.escalation[step];
  if (due && isUnattended(live.incident) && calledMs >= due.afterMs) {
    await escalate(means, live, `nobody has acknowledged it for ${formatDuration(calledMs)}`);
  }
  tellTold(means, live);
}

function isUnattended(incident: Incident): boolean {
  return incident.severity === 'critical' && !acknowledgedBy(incident);
}

function nextStep({ escalations }: Incident): number {
  return Math.max(-1, ...escalations.map(({ step = -1 }) => step)) + 1;
}

/** Takes the next step of the route at once; says so when there is none. */
export async function escalate(means: Means, live: Live, why: string): Promise<void> {
  const isOurs = await stillOurs(means, live);
  const step = nextStep(live.incident);
  const next = routeOf(means, live.incident).escalation[step];
  if (!isOurs) return;
  if (!next) {
    phase(means, live, 'there is nobody further to escalate to: the route has no more steps', 'warn');
    return;
  }
  const atMs = means.clock.now();
  const to = [...next.mention, ...next.targets].join(', ') || 'nobody';
  const entry = { atMs, to, why, step };
  live.incident = noted(
    { ...live.incident, escalations: [...live.incident.escalations, entry] },
    atMs,
    `escalated to ${to}: ${why}`,
  );
  post(means, live, escalation(live.incident, next.mention, next.targets, why));
  tellTargets(means, live, next.targets);
  await save(means, live);
}

function escalation({ cluster }: Incident, mention: readonly string[], targets: readonly string[], why: string): Message {
  const whom = [...mentions(mention), ...(targets.length > 0 ? [`${mention.length > 0 ? ', ' : ''}${targets.join(', ')}`] : [])];
  return { summary: `${cluster}: escalated, ${why}`, parts: [{ line: ['Escalated to ', ...whom, `: ${why}.`], sign: 'bad' }] };
}

function tellBackup(means: Means, live: Live, { targets, afterMs }: Route['backup']): void {
  if (means.clock.now() < live.callAgainAtMs) return;
  const why = `Slack has not taken the first message within ${formatDuration(afterMs)}`;
  tellTargets(means, live, targets, (to) => {
    const atMs = means.clock.now();
    const entry = { atMs, to, why };
    live.incident = noted({ ...live.incident, escalations: [...live.incident.escalations, entry] }, atMs, `told ${to}: ${why}`);
    refresh(means, live);
  });
}

/** Tells those that were not told yet, or when it was lighter, of which `took` hears. */
function tellTargets(means: Means, live: Live, targets: readonly string[], took?: (target: string) => void): void {
  const { paged, pagedAs, severity, heavier } = live.incident;
  // An earlier release did not note how much it weighed then.
  const unknown = heavier ? 'info' : severity;
  const untold = targets.filter((target) => paged?.[target] === undefined || isHeavier(severity, pagedAs?.[target] ?? unknown));
  tell(means, live, untold, 'open', took);
}

/** Who was told that it is open is told that somebody has taken it up. */
function tellTold(means: Means, live: Live): void {
  if (!acknowledgedBy(live.incident) || means.clock.now() < live.callAgainAtMs) return;
  const open = Object.entries(live.incident.paged ?? {}).filter(([, phaseTold]) => phaseTold === 'open');
  const names = open.map(([target]) => target);
  tell(means, live, names, 'changed');
}

/** Who was told of it, or is being told just now, is told that it is over; nothing waits for that. */
export function tellEnd(means: Means, live: Live): void {
  tell(means, live, [...Object.keys(live.incident.paged ?? {}), ...live.paging.keys()], 'resolved');
}

type Phase = 'open' | 'changed' | 'resolved';

/** Each target beside the others, and beside all else: one that does not answer is tried for many minutes. */
function tell(means: Means, live: Live, targets: readonly string[], now: Phase, took?: (target: string) => void): void {
  for (const target of new Set(targets)) {
    if (live.paging.get(target) === now) continue;
    live.paging.set(target, now);
    tellOne(means, live, target, now)
      .then((ok) => ok && took?.(target))
      .catch((error: unknown) =>
        means.log.error('a target was not told', { incident: live.incident.id, target, error: asError(error).message }),
      )
      .finally(() => {
        if (live.paging.get(target) === now) live.paging.delete(target);
      });
  }
}

async function tellOne(means: Means, live: Live, target: string, now: Phase): Promise<boolean> {
  const { paging, chat, log, clock } = means;
  if (!paging || !(await stillOurs(means, live))) return false;
  const { ts, channel } = live.incident;
  const permalink = ts === undefined ? undefined : await chat.permalink?.({ channel, ts }).catch(() => undefined);
  const page = pageOf(live.incident, now, permalink);
  const [result] = await paging.tell(page, [target]);
  if (result?.ok) {
    const { paged, pagedAs } = live.incident;
    const as = now === 'open' ? { pagedAs: { ...pagedAs, [target]: page.severity } } : {};
    live.incident = { ...live.incident, paged: { ...paged, [target]: now }, ...as };
    if (!live.lost) await save(means, live);
    return true;
  }
  const why = result?.why ?? 'no reason given';
  log.error('a target could not be told of an incident', { incident: live.incident.id, target, why });
  if (live.callAgainAtMs === 0) phase(means, live, `${target} could not be told: ${why}; it is tried again`, 'warn');
  live.callAgainAtMs = clock.now() + AGAIN_MS;
  return false;
}
