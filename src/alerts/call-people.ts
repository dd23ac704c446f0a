import type { Incident } from '../core/incident.ts';
import { asError } from '../core/errors.ts';
import type { Message } from '../core/message.ts';
import { formatDuration } from '../core/units.ts';
import { acknowledgedBy } from './apply-act.ts';
import { type Live, type Means, phase, post, refresh, save, stillOurs } from './live.ts';
import { pageOf } from './page-of.ts';
import { mentions } from './people-lines.ts';
import type { Route } from './ports.ts';
import { routeOf } from './route.ts';
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
  if (nowMs >= live.callAgainAtMs) await tellTargets(means, live, route.targets);
  const late = nowMs - incident.openedAtMs >= route.backup.afterMs && live.incident.ts === undefined && !isHeld(live.incident);
  if (late && route.backup.targets.length > 0) await tellBackup(means, live, route.backup);
  const step = nextStep(live.incident);
  const due = route.escalation[step];
  if (due && isUnattended(live.incident) && nowMs - incident.openedAtMs >= due.afterMs) {
    await escalate(means, live, `nobody has acknowledged it for ${formatDuration(nowMs - incident.openedAtMs)}`);
  }
  await tellTold(means, live);
}

function isUnattended(incident: Incident): boolean {
  return incident.severity === 'critical' && !acknowledgedBy(incident);
}

function nextStep({ escalations }: Incident): number {
  return Math.max(-1, ...escalations.map(({ step = -1 }) => step)) + 1;
}

/** Takes the next step of the route at once; says so when there is none. */
export async function escalate(means: Means, live: Live, why: string): Promise<void> {
  const route = routeOf(means, live.incident);
  const step = nextStep(live.incident);
  const next = route.escalation[step];
  if (!next) {
    phase(means, live, 'there is nobody further to escalate to: the route has no more steps', 'warn');
    return;
  }
  if (!(await stillOurs(means, live))) return;
  const atMs = means.clock.now();
  const to = [...next.mention, ...next.targets].join(', ') || 'nobody';
  const entry = { atMs, to, why, step };
  live.incident = noted(
    { ...live.incident, escalations: [...live.incident.escalations, entry] },
    atMs,
    `escalated to ${to}: ${why}`,
  );
  post(means, live, escalation(live.incident, next.mention, next.targets, why));
  await tellTargets(means, live, next.targets);
  await save(means, live);
}

function escalation({ cluster }: Incident, mention: readonly string[], targets: readonly string[], why: string): Message {
  const whom = [...mentions(mention), ...(targets.length > 0 ? [`${mention.length > 0 ? ', ' : ''}${targets.join(', ')}`] : [])];
  return { summary: `${cluster}: escalated, ${why}`, parts: [{ line: ['Escalated to ', ...whom, `: ${why}.`], sign: 'bad' }] };
}

async function tellBackup(means: Means, live: Live, { targets, afterMs }: Route['backup']): Promise<void> {
  const untold = targets.filter((target) => live.incident.paged?.[target] === undefined);
  if (untold.length === 0 || means.clock.now() < live.callAgainAtMs) return;
  const why = `Slack has not taken the first message within ${formatDuration(afterMs)}`;
  const told = await tellTargets(means, live, untold);
  if (told.length === 0) return;
  const atMs = means.clock.now();
  const to = told.join(', ');
  const entry = { atMs, to, why };
  live.incident = noted({ ...live.incident, escalations: [...live.incident.escalations, entry] }, atMs, `told ${to}: ${why}`);
  refresh(means, live);
}

/** Tells those that were not told yet; resolves with the ones that have taken it. */
async function tellTargets(means: Means, live: Live, targets: readonly string[]): Promise<readonly string[]> {
  const untold = targets.filter((target) => live.incident.paged?.[target] === undefined);
  return tell(means, live, untold, 'open');
}

/** Who was told that it is open is told that somebody has taken it up. */
async function tellTold(means: Means, live: Live): Promise<void> {
  if (!acknowledgedBy(live.incident) || means.clock.now() < live.callAgainAtMs) return;
  const open = Object.entries(live.incident.paged ?? {}).filter(([, phaseTold]) => phaseTold === 'open');
  await tell(
    means,
    live,
    open.map(([target]) => target),
    'changed',
  );
}

/** Who was told of it is told that it is over; nothing waits for that. */
export function tellEnd(means: Means, live: Live): void {
  const targets = Object.keys(live.incident.paged ?? {});
  tell(means, live, targets, 'resolved').catch((error: unknown) =>
    means.log.error('the end of an incident could not be told', { incident: live.incident.id, error: asError(error).message }),
  );
}

async function tell(
  means: Means,
  live: Live,
  targets: readonly string[],
  phaseNow: 'open' | 'changed' | 'resolved',
): Promise<readonly string[]> {
  const { paging, chat, log } = means;
  if (!paging || targets.length === 0 || !(await stillOurs(means, live))) return [];
  const { ts, channel } = live.incident;
  const permalink = ts === undefined ? undefined : await chat.permalink?.({ channel, ts }).catch(() => undefined);
  const results = await paging.tell(pageOf(live.incident, phaseNow, permalink), targets);
  const took = results.filter(({ ok }) => ok).map(({ target }) => target);
  const paged = { ...live.incident.paged, ...Object.fromEntries(took.map((target) => [target, phaseNow])) };
  live.incident = { ...live.incident, paged };
  for (const { target, why = 'no reason given' } of results.filter(({ ok }) => !ok)) {
    log.error('a target could not be told of an incident', { incident: live.incident.id, target, why });
    if (live.callAgainAtMs === 0) phase(means, live, `${target} could not be told: ${why}; it is tried again`, 'warn');
    live.callAgainAtMs = means.clock.now() + AGAIN_MS;
  }
  if (took.length > 0) await save(means, live);
  return took;
}
