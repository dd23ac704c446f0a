import { describe, expect, it } from 'vitest';
import { incidentOf } from '../../src/alerts/apply-signal.ts';
import { followIncident } from '../../src/alerts/follow-incident.ts';
import type { Followed } from '../../src/alerts/followed.ts';
import type { LeaderLooks, LossMeasures, ProbeSaw } from '../../src/alerts/loss-ports.ts';
import type { AlertFacts } from '../../src/alerts/ports.ts';
import { incidentMessage } from '../../src/alerts/incident-message.ts';
import type { Signal } from '../../src/core/signal.ts';
import { outageWords } from '../../src/core/write-outage.ts';
import { linesOf } from '../support/fake-alert-chat.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const START = 1_800_000_000_000;
const lost: Signal = {
  ...{ id: '77-5-billing', cluster: 'billing', revision: 5, atMs: START, kind: 'lost', cause: 'crash', from: 'pg1', timeline: 4 },
  says: 'pg1 lost the leader key',
};
const silent = { answer: 'silent', why: 'no answer' } as const;
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
function followed(given: Given, signal = lost) {
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

describe('a lost leader', () => {
  it('gets its name within seconds of the loss, before anybody leads again', async () => {
    const { of, phases, seconds, end } = followed({});
    await seconds(3);
    expect(of.incident).toMatchObject({ situation: 'host-lost' });
    expect(phases).toHaveLength(1);
    expect(of.incident.says).toBe('the host of pg1 is down or cut from everything; pg2 sees nothing of it either');
    expect(of.incident.evidence).toContain('pg2 sees nothing of pg1');
    await end();
  });

  it('that comes back is not taken for one that lived, unless its own log says so', async () => {
    let isBack = false;
    const back = { answer: 'server', inRecovery: true } as const;
    const looks = {
      rest: async () => (isBack ? { answer: 'server' as const, state: 'running' } : silent),
      sql: async () => (isBack ? back : silent),
    };
    for (const [logged, situation] of [
      [undefined, 'host-lost'],
      ['demoting self because DCS is not accessible and I was a leader', 'network-cut'],
    ] as const) {
      isBack = false;
      const { of, seconds, end } = followed({ looks: { ...looks, loggedCut: async () => logged } });
      await seconds(10);
      isBack = true;
      await seconds(10);
      expect(of.incident.situation).toBe(situation);
      await end();
    }
  });

  it('keeps the name of a lost host while that boots, and does not take its refusals for a crash of PostgreSQL', async () => {
    let boots = false;
    const refused = { answer: 'host', why: 'connection refused' } as const;
    const looks = {
      rest: async () => (boots ? refused : silent),
      sql: async () => (boots ? refused : silent),
      server: async () => (boots ? { running: false, control: 'in production' } : undefined),
    };
    const { of, seconds, end } = followed({ looks });
    await seconds(4);
    expect(of.incident).toMatchObject({ situation: 'host-lost' });
    boots = true;
    await seconds(6);
    expect(of.incident).toMatchObject({ situation: 'host-lost' });
    await end();
  });

  it('is not looked at by a bot that finds it an hour later, for what it would see is of another time', async () => {
    let looked = 0;
    const rest = async () => {
      looked += 1;
      return undefined;
    };
    const old = { ...lost, atMs: START - 3_600_000 };
    const { seconds, end } = followed({ looks: { rest } }, old);
    await seconds(30);
    expect(looked).toBe(0);
    await end();
  });

  it('of a cluster that left the configuration ends its incident', async () => {
    const { of, end } = followed({ facts: { knows: () => false } });
    await end();
    expect(of.incident.outcome).toBe('billing is not in the configuration any more');
  });

  it('that crashed and runs again on the same timeline ends its incident, though etcd shows nothing of it', async () => {
    let runs = false;
    const crashed: Signal = { ...lost, id: '77-6-billing', kind: 'crashed', says: 'PostgreSQL on the leader pg1 crashed' };
    const facts: Partial<AlertFacts> = {
      prove: async () => (runs ? { primary: true, timeline: 4 } : { primary: false, why: 'connection refused' }),
      streaming: async () => ({ all: true, says: 'all members stream from pg1' }),
    };
    const server = async () => ({ running: false, control: 'in production' });
    const { of, phases, seconds, end } = followed({ facts, looks: { server } }, crashed);
    await seconds(40);
    expect(of.incident).toMatchObject({ situation: 'postgres-crashed' });
    expect(of.incident.resolvedAtMs).toBeUndefined();
    runs = true;
    await seconds(10);
    expect(phases).toContain('pg1 is the primary by SQL, timeline 4');
    expect(of.incident.resolvedAtMs).toBeDefined();
    await end();
  });

  it('whose old member streams again is told so while others still come', async () => {
    const { phases, seconds, led, end } = followed({
      facts: { streaming: async () => ({ all: false, waitsFor: 'pg3', back: ['pg1'] }) },
    });
    led('pg2');
    await seconds(20);
    expect(phases.filter((text) => text === 'pg1 is back and streams from pg2')).toHaveLength(1);
    await end();
  });

  it('is still asked about quickly when the new leader comes late', async () => {
    const { of, seconds, led, clock, end } = followed({});
    await seconds(60);
    led('pg2');
    const ledMs = clock.now();
    await seconds(2);
    expect((of.incident.provenAtMs ?? Number.NaN) - ledMs).toBeLessThanOrEqual(500);
    await end();
  });
});

describe('what a loss costs', () => {
  it('says who was connected, and how much WAL did not reach the new leader, as at least', async () => {
    const { of, phases, seconds, led, end } = followed({
      measures: {
        lastLook: () => ({ atMs: START - 4000, writeLsn: 1000, clients: 12 }),
        dcsPosition: async () => 3000,
        sessions: async () => [
          { proxy: 'lb1', sessions: 9 },
          { proxy: 'lb2', sessions: 0 },
        ],
        leftAt: async (_, timeline) => (timeline === 4 ? 952 : undefined),
      },
    });
    led('pg2');
    await seconds(3);
    expect(of.incident.affects).toEqual([
      '12 client connections on pg1 (counted 4 s before)',
      '9 client connections through lb1',
    ]);
    expect(of.incident.bytesAtRisk).toBe(2048);
    expect(phases).toContain('at least 2 KiB of WAL that pg1 had did not reach pg2');
    await end();
  });

  it('says that it is not known who was connected, and why the outage is not measured', async () => {
    const { of, seconds, end } = followed({});
    await seconds(1);
    expect(of.incident.affects).toEqual(['not known: pg1 was not looked at before, and no HAProxy has sessions on it']);
    expect(of.incident.writeOutage && outageWords(of.incident.writeOutage)).toBe(
      'the write outage is not measured: billing has no write probe in the configuration',
    );
    await end();
  });

  it('measures from the first write that failed to the first that was taken, as at least', async () => {
    let saw: ProbeSaw = { kind: 'writes', through: 'lb:5000', resolutionMs: 150, firstFailedAtMs: START };
    const { of, phases, seconds, end } = followed({ measures: { probe: () => saw } });
    await seconds(1);
    expect(of.incident.writeOutage).toEqual({ kind: 'lasts', sinceMs: START, through: 'lb:5000' });
    saw = { ...saw, firstGoodAtMs: START + 9200 };
    await seconds(1);
    expect(of.incident.firstWriteAtMs).toBe(START + 9200);
    expect(linesOf(incidentMessage(of.incident))).toContain('No write for at least 9.2 s, measured through lb:5000 to 150 ms');
    expect(phases).toContain('writes are taken again: no write for at least 9.2 s, measured through lb:5000 to 150 ms');
    await end();
  });

  it('takes the newest commit that reached the new leader as the last good write, but none of long before', async () => {
    for (const [beforeMs, expected] of [
      [1500, START - 1500],
      [3_600_000, undefined],
    ] as const) {
      const { of, seconds, led, end } = followed({
        facts: { prove: async () => ({ primary: true, timeline: 5, lastReplayedAtMs: START - beforeMs }) },
      });
      led('pg2');
      await seconds(2);
      expect(of.incident.lastGoodWriteAtMs).toBe(expected);
      await end();
    }
  });

  it('ends the probe with the incident', async () => {
    const ended: string[] = [];
    const { end } = followed({ measures: { endProbe: async (id) => void ended.push(id) } });
    await end();
    expect(ended).toEqual([lost.id]);
  });
});
