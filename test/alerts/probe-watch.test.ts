import { describe, expect, it } from 'vitest';
import type { LeaderProbe } from '../../src/alerts/leader-silence.ts';
import { type ProbeWatchOptions, startProbeWatch } from '../../src/alerts/probe-watch.ts';
import { emptyState, type ScopeState } from '../../src/alerts/scope-state.ts';
import type { Signal } from '../../src/core/signal.ts';
import { quietLog } from '../support/quiet-log.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';

const answered: LeaderProbe = { kind: 'answered' };
const silent = (why: string): LeaderProbe => ({ kind: 'silent', why });
const led: ScopeState = { ...emptyState, leader: 'pg1', leaderRevision: 3, timeline: 4 };
/** Patroni's REST and SQL give up after so long (src/patroni/patroni.ts, src/postgres/postgres.ts). */
const REST_MS = 2400;
const SQL_MS = 2000;

type Answers = Pick<ProbeWatchOptions, 'probeLeader' | 'probeSql' | 'leaseLeft' | 'toldSilent'> & { state: ScopeState };

/** A leader under probes, by a clock that the test holds. */
function watched(given: Partial<Answers> | ((clock: VirtualClock) => Partial<Answers>)) {
  const base = virtualClock();
  let frozenMs = 0;
  const clock: VirtualClock = { ...base, now: () => base.now() + frozenMs };
  const defaults: Answers = { probeLeader: async () => answered, probeSql: async () => answered, state: led };
  const answers: Answers = { ...defaults, ...(typeof given === 'function' ? given(clock) : given) };
  const signals: Signal[] = [];
  const stop = startProbeWatch({
    ...{ clusters: ['billing'], clock, log: quietLog },
    probeLeader: (...of) => answers.probeLeader(...of),
    probeSql: (...of) => answers.probeSql(...of),
    leaseLeft: async (of) => answers.leaseLeft?.(of),
    toldSilent: async (...of) => answers.toldSilent?.(...of),
    state: () => answers.state,
    clusterId: () => '77',
    add: (_, signal) => signals.push(signal),
  });
  const seconds = (count: number) => clock.drive(clock.sleep(count * 1000));
  const freeze = (millis: number) => {
    frozenMs += millis;
  };
  return { answers, signals, seconds, stop, clock, freeze };
}

const later =
  <T>(clock: VirtualClock, millis: () => number, value: T) =>
  async () => {
    await clock.sleep(millis());
    return value;
  };
const dead = (clock: VirtualClock): Partial<Answers> => ({
  probeLeader: later(clock, () => REST_MS, silent('no answer within 2.4 s')),
  probeSql: later(clock, () => SQL_MS, silent('no answer within 2 s')),
});

describe('a leader whose host is powered off', () => {
  it('is told within 6 s whenever it dies between two questions, with what is left of its lease', async () => {
    for (let lateMs = 0; lateMs < 1000; lateMs += 100) {
      const { signals, seconds, answers, clock, stop } = watched({});
      await clock.drive(clock.sleep(5000 + lateMs));
      const diedMs = clock.now();
      Object.assign(answers, dead(clock), {
        leaseLeft: async () => ({ holder: 'pg1', leftS: 26 - Math.round((clock.now() - diedMs) / 1000) }),
      });
      await seconds(20);
      expect(signals).toHaveLength(1);
      expect((signals[0]?.atMs ?? Number.NaN) - diedMs).toBeLessThan(5600);
      expect(signals[0]?.says).toMatch(
        /^the leader pg1 has not answered for 3\.\d s; its lease ends in about 2[1-3] s, then Patroni acts$/,
      );
      stop();
    }
  });

  it('is told by the ttl where etcd does not say what is left of the lease, as the most that it can be', async () => {
    const { signals, seconds } = watched(dead);
    await seconds(10);
    expect(signals).toMatchObject([
      { kind: 'silent', from: 'pg1', evidence: expect.stringMatching(/^REST: .*; SQL: .*; ttl 30 s$/) },
    ]);
    expect(signals[0]?.says).toMatch(/its lease ends in at most about 27 s, then Patroni acts$/);
  });

  it('is told with no wrong time when another member holds the lease by now', async () => {
    const { signals, seconds } = watched((clock) => ({ ...dead(clock), leaseLeft: async () => ({ holder: 'pg2', leftS: 29 }) }));
    await seconds(10);
    expect(signals[0]?.says).toContain('at most about 27 s');
  });

  it('says that a paused Patroni will not act', async () => {
    const { signals, seconds } = watched((clock) => ({ ...dead(clock), state: { ...led, paused: true } }));
    await seconds(10);
    expect(signals[0]?.says).toMatch(/; Patroni is paused and will not act$/);
  });

  it('is followed, not repeated: one signal for a silence of an hour, one more when it answers', async () => {
    const { signals, seconds, answers, clock } = watched(dead);
    await seconds(3600);
    expect(signals.map(({ kind }) => kind)).toEqual(['silent']);
    answers.probeLeader = later(clock, () => 5, answered);
    await seconds(5);
    expect(signals.map(({ kind }) => kind)).toEqual(['silent', 'heard']);
    expect(signals[1]?.says).toMatch(/^the leader pg1 answers again after 1 h/);
  });
});

describe('a healthy leader is never told', () => {
  it('for 1,000 answers that come just before the questions end', async () => {
    const { signals, seconds } = watched((clock) => ({
      probeLeader: later(clock, () => REST_MS - 1, answered),
      probeSql: later(clock, () => SQL_MS - 1, answered),
    }));
    await seconds(1000);
    expect(signals).toEqual([]);
  });

  it('for 1,000 questions that are lost one by one, SQL with them', async () => {
    let asked = 0;
    const { signals, seconds } = watched((clock) => ({
      async probeLeader() {
        asked += 1;
        if (asked % 2 === 0) return answered;
        await clock.sleep(REST_MS);
        return silent('no answer within 2.4 s');
      },
      probeSql: later(clock, () => SQL_MS, silent('no answer within 2 s')),
    }));
    await seconds(2000);
    expect(asked).toBeGreaterThanOrEqual(2000);
    expect(signals).toEqual([]);
  });

  it('for 1,000 restarts of its Patroni that refuse questions for 5 s each, as SQL answers all the while', async () => {
    let second = 0;
    const { signals, seconds } = watched({
      async probeLeader() {
        second += 1;
        return second % 6 < 5 ? silent('connection refused') : answered;
      },
    });
    await seconds(6000);
    expect(signals).toEqual([]);
  });

  it('for 1,000 hiccups of the network of 2 s in which nothing answers', async () => {
    const { signals, seconds } = watched((clock) => {
      const isCut = () => (clock.now() / 1000) % 10 < 2;
      const ask = (millis: number) => async () => {
        const cut = isCut();
        await clock.sleep(cut ? millis : 5);
        return cut ? silent('no answer') : answered;
      };
      return { probeLeader: ask(REST_MS), probeSql: ask(SQL_MS) };
    });
    await seconds(10_000);
    expect(signals).toEqual([]);
  });

  it('when this process was frozen, for it takes answers that it has not read for missing', async () => {
    const { answers, signals, seconds, freeze } = watched({});
    await seconds(5);
    const thaw: (() => void)[] = [];
    const unread = () => new Promise<LeaderProbe>((resolve) => thaw.push(() => resolve(silent('no answer within 2.4 s'))));
    Object.assign(answers, { probeLeader: unread, probeSql: unread });
    await seconds(3);
    freeze(30_000);
    for (const each of thaw) each();
    Object.assign(answers, { probeLeader: async () => answered, probeSql: async () => answered });
    await seconds(60);
    expect(thaw.length).toBeGreaterThan(2);
    expect(signals).toEqual([]);
  });

  it('when another leadership begins before the silence is long enough', async () => {
    const { answers, signals, seconds } = watched({
      probeLeader: async () => silent('refused'),
      probeSql: async () => silent('refused'),
    });
    await seconds(2);
    answers.state = { ...led, leader: 'pg2', leaderRevision: 9 };
    await seconds(3);
    expect(signals).toEqual([]);
    await seconds(2);
    expect(signals).toMatchObject([{ from: 'pg2' }]);
  });
});

describe('a silence that this process does not remember to have told', () => {
  it('ends with the first answer, when a bot that is dead by now told it', async () => {
    const { signals, seconds } = watched((clock) => {
      const sinceMs = clock.now() - 60_000;
      return { toldSilent: async (_cluster, leader) => (leader === 'pg1' ? sinceMs : undefined) };
    });
    await seconds(20);
    expect(signals).toMatchObject([{ kind: 'heard', from: 'pg1', says: 'the leader pg1 answers again after 1 min' }]);
    expect(signals[0]?.id).toMatch(/^77-3-billing-silent-\d+-heard$/);
  });

  it('ends with the first answer after this process was frozen', async () => {
    const { answers, signals, seconds, freeze, clock } = watched(dead);
    await seconds(10);
    const sinceMs = clock.now();
    freeze(30_000);
    Object.assign(answers, {
      toldSilent: async () => sinceMs,
      probeLeader: async () => answered,
      probeSql: async () => answered,
    });
    await seconds(10);
    expect(signals.map(({ kind }) => kind)).toEqual(['silent', 'heard']);
  });

  it('is asked for again when the store did not say', async () => {
    let asked = 0;
    const { signals, seconds } = watched({
      async toldSilent() {
        asked += 1;
        if (asked < 3) throw new Error('connection refused');
        return undefined;
      },
    });
    await seconds(10);
    expect([asked, signals]).toEqual([3, []]);
  });
});
