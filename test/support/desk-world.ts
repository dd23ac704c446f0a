import { createDesk } from '../../src/alerts/desk.ts';
import type { DeskOptions } from '../../src/alerts/live.ts';
import type { Route } from '../../src/alerts/ports.ts';
import type { Page } from '../../src/core/page.ts';
import type { Condition } from '../../src/core/condition.ts';
import type { Incident } from '../../src/core/incident.ts';
import type { IncidentPost } from '../../src/core/incident-act.ts';
import type { Signal } from '../../src/core/signal.ts';
import type { Silence } from '../../src/core/silence.ts';
import { fakeAlertChat } from './fake-alert-chat.ts';
import { quietLog } from './quiet-log.ts';

const T0 = Date.parse('2026-11-22T12:00:00Z');

/** A desk on stores in memory, with a time that a test sets. */
export function deskWorld(options: Partial<DeskOptions> = {}) {
  const slack = fakeAlertChat();
  const kept = {
    incidents: new Map<string, Incident>(),
    acts: new Map<string, IncidentPost[]>(),
    /** What the patrol keeps, by watch. */
    positions: new Map<string, Position>(),
    silences: [] as Silence[],
    pages: [] as { readonly page: Page; readonly targets: readonly string[] }[],
    told: [] as string[],
    closed: [] as string[],
    streams: true,
    holds: false,
  };
  let nowMs = T0;
  const clock = {
    now: () => nowMs,
    sleep: () => new Promise<void>((resolve) => setImmediate(resolve)),
    every: () => () => undefined,
  };
  const start = () => createDesk({ ...defaults(slack, kept, clock), ...options });
  let desk = start();
  const settled = async () => {
    for (let i = 0; i < 40; i += 1) await new Promise<void>((resolve) => setImmediate(resolve));
  };
  const tick = async (millis = 1000) => {
    nowMs += millis;
    await desk.tick();
    await settled();
  };
  return {
    ...{ slack, kept, clock, tick, settled },
    at: (seconds: number) => T0 + seconds * 1000,
    /** As another bot that finds what this one left. */
    async restart() {
      await desk.stop();
      desk = start();
      for (const incident of kept.incidents.values()) if (incident.resolvedAtMs === undefined) desk.adopt(incident);
    },
    async tell(signal: Signal, incident = signal.id, recorded = true) {
      nowMs = Math.max(nowMs, signal.atMs);
      await desk.handle({ signal, incident, again: false, recorded });
      await settled();
    },
    act(incident: string, act: IncidentPost) {
      kept.acts.set(incident, [...(kept.acts.get(incident) ?? []), act]);
    },
    incident(id: string): Incident {
      const found = kept.incidents.get(id);
      if (!found) throw new Error(`${id} was not saved`);
      return found;
    },
    owned: () => desk.owned(),
    movedTo: (incident: string, into: string) => desk.movedTo(incident, into),
    handedOver: (incident: string) => desk.handedOver(incident),
  };
}

type Position = NonNullable<Awaited<ReturnType<DeskOptions['signals']['position']>>>;

interface Kept {
  readonly incidents: Map<string, Incident>;
  readonly acts: ReadonlyMap<string, readonly IncidentPost[]>;
  readonly positions: ReadonlyMap<string, Position>;
  readonly silences: readonly Silence[];
  readonly pages: { readonly page: Page; readonly targets: readonly string[] }[];
  readonly told: string[];
  readonly closed: string[];
  readonly streams: boolean;
  readonly holds: boolean;
}

function defaults(slack: ReturnType<typeof fakeAlertChat>, kept: Kept, clock: DeskOptions['clock']): DeskOptions {
  return {
    ...{ chat: slack.chat, channel: 'alerts', clock, log: quietLog, lookEveryMs: 10 },
    facts: {
      prove: async () => ({ primary: true, timeline: 5 }),
      streaming: async (_cluster, leader) =>
        kept.streams ? { all: true, says: `all members stream from ${leader}` } : { all: false, waitsFor: 'pg1' },
      ourRun: async () => undefined,
      tellRun: async () => ({ channel: 'ops', ts: '0' }),
    },
    signals: {
      position: async (watch) => kept.positions.get(watch),
      told: async (id) => void kept.told.push(id),
      claim: async () => true,
      async close(_cluster, incident, how) {
        if (how?.ifNothingHeld && kept.holds) return false;
        kept.closed.push(incident);
        return true;
      },
    },
    incidents: {
      save: async (incident) => void kept.incidents.set(incident.id, incident),
      load: async (id) => kept.incidents.get(id),
      open: async () => [],
      changed: async () => undefined,
    },
    acts: {
      since: async (wanted) =>
        wanted.map(({ incident, folded }) => ({ incident, acts: (kept.acts.get(incident) ?? []).slice(folded) })),
    },
    silences: { list: async () => kept.silences },
    paging: {
      async tell(page, targets) {
        kept.pages.push({ page, targets });
        return targets.map((target) => ({ target, ok: true }));
      },
    },
  };
}

/** A condition of billing that was raised or cleared at so many seconds. */
export function conditionAt(
  seconds: number,
  kind: 'raised' | 'worsened' | 'cleared',
  changes: Partial<Condition> = {},
  cluster = 'billing',
): Signal {
  const condition: Condition = {
    ...{ key: 'replication-lag pg2', situation: 'replication-lag', severity: 'warning', about: 'pg2', joins: [], provides: [] },
    ...changes,
  };
  const says = kind === 'cleared' ? `${condition.about} has caught up` : `${condition.about} is behind`;
  const id = `${condition.key}-${kind}-${seconds}`;
  return { id, cluster, revision: 0, atMs: T0 + seconds * 1000, kind, cause: 'condition', condition, says };
}

/** pg1 of billing loses the leader key at so many seconds. */
export function lossAt(seconds: number, changes: Partial<Signal> = {}): Signal {
  return {
    ...{
      id: `77-${seconds}-billing`,
      cluster: 'billing',
      revision: seconds,
      atMs: T0 + seconds * 1000,
      kind: 'lost',
      cause: 'crash',
    },
    ...{ from: 'pg1', says: 'pg1 lost the leader key: crash or partition', ...changes },
  };
}

/** Calls people in every way that there is. */
export const callingRoute: Route = {
  channel: 'dba',
  mention: ['S0ONCALL'],
  targets: ['pager'],
  backup: { targets: ['mail'], afterMs: 20_000 },
  escalation: [
    { afterMs: 300_000, mention: ['U0LEAD'], targets: ['pager2'] },
    { afterMs: 900_000, mention: [], targets: ['boss'] },
  ],
};

/** A desk whose incidents call people. */
export const callingWorld = (changes: Partial<Route> = {}) =>
  deskWorld({ routing: { routeOf: () => ({ ...callingRoute, ...changes }) } });
