import { incidentOf } from '../../src/alerts/apply-signal.ts';
import { followIncident } from '../../src/alerts/follow-incident.ts';
import type { Followed } from '../../src/alerts/followed.ts';
import type { LeaderLooks, LossMeasures } from '../../src/alerts/loss-ports.ts';
import type { AlertFacts } from '../../src/alerts/ports.ts';
import type { Signal } from '../../src/core/signal.ts';
import { virtualClock } from './virtual-clock.ts';

/** When the leader was lost. */
export const START = 1_800_000_000_000;
export const lost: Signal = {
  ...{ id: '77-5-billing', cluster: 'billing', revision: 5, atMs: START, kind: 'lost', cause: 'crash', from: 'pg1', timeline: 4 },
  says: 'pg1 lost the leader key',
};
export const silent = { answer: 'silent', why: 'no answer' } as const;
const deadLooks: LeaderLooks = {
  rest: async () => silent,
  sql: async () => silent,
  others: async () => [{ from: 'pg2', sees: 'nothing' }],
  server: async () => undefined,
  leaseLeftMs: async () => undefined,
  loggedCut: async () => undefined,
};
const noMeasures: LossMeasures = {
  lastLook: () => undefined,
  dcsPosition: async () => undefined,
  leftAt: async () => undefined,
  sessions: async () => undefined,
  beginProbe: () => undefined,
  probe: () => ({ kind: 'none', why: 'billing has no write probe in the configuration' }),
  endProbe: async () => undefined,
};

interface Given {
  readonly looks?: Partial<LeaderLooks>;
  readonly measures?: Partial<LossMeasures>;
  readonly facts?: Partial<AlertFacts>;
}

/** An incident that is followed on a clock that the test holds; a new leader comes when the test says so. */
export function followed(given: Given, signal = lost) {
  const clock = virtualClock(START);
  const over = new AbortController();
  const of: Followed & { seen: Signal[] } = { incident: incidentOf(signal, signal.id, 'alerts'), seen: [signal] };
  const phases: string[] = [];
  const facts: AlertFacts = {
    prove: async () => ({ primary: true, timeline: 5 }),
    streaming: async () => ({ all: false, waitsFor: 'pg1', back: ['pg3'] }),
    ourRun: async () => undefined,
    tellRun: async () => ({ channel: 'ops', ts: '0' }),
    looks: { ...deadLooks, ...given.looks },
    measures: { ...noMeasures, ...given.measures },
    ...given.facts,
  };
  const work = followIncident(
    of,
    {
      ...{
        facts,
        clock,
        stop: over.signal,
        refresh: () => undefined,
        phase: (text) => void phases.push(text),
        save: async () => true,
      },
      resolve(outcome) {
        of.incident = { ...of.incident, resolvedAtMs: clock.now(), outcome };
      },
    },
    500,
  );
  return {
    ...{ of, phases, clock },
    led(to: string) {
      of.incident = { ...of.incident, to, ledAtMs: clock.now() };
    },
    seconds: (count: number) => clock.drive(clock.sleep(count * 1000)),
    async end() {
      over.abort();
      await clock.drive(work);
    },
  };
}
