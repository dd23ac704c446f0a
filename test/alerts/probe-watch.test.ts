import { describe, expect, it } from 'vitest';
import { type LeaderProbe, startProbeWatch } from '../../src/alerts/probe-watch.ts';
import { emptyState, type ScopeState } from '../../src/alerts/scope-state.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { Signal } from '../../src/core/signal.ts';
import { quietLog } from '../support/quiet-log.ts';

const silent: LeaderProbe = { kind: 'silent', why: 'connection refused' };
const answered: LeaderProbe = { kind: 'answered' };

/** Runs the probes second by second without waiting for one. */
function held(answers: { rest: LeaderProbe; sql: LeaderProbe; state: ScopeState }) {
  let nowMs = 0;
  let task: () => Promise<void> = async () => undefined;
  const clock: Clock = {
    now: () => nowMs,
    sleep: async () => undefined,
    every: (_, each) => {
      task = each;
      return () => undefined;
    },
  };
  const signals: Signal[] = [];
  startProbeWatch({
    ...{ clusters: ['billing'], clock, log: quietLog },
    probeLeader: async () => answers.rest,
    probeSql: async () => answers.sql,
    state: () => answers.state,
    clusterId: () => '77',
    add: (_, signal) => signals.push(signal),
  });
  const seconds = async (count: number) => {
    for (let i = 0; i < count; i += 1) {
      await task();
      nowMs += 1000;
    }
  };
  return { answers, signals, seconds };
}
const led: ScopeState = { ...emptyState, leader: 'pg1', leaderRevision: 3, timeline: 4 };

describe('startProbeWatch', () => {
  it('tells within 6 s of silence that the leader does not answer, and when Patroni acts', async () => {
    const { signals, seconds } = held({ rest: silent, sql: silent, state: led });
    await seconds(6);
    expect(signals).toHaveLength(1);
    expect(signals[0]).toMatchObject({
      kind: 'silent',
      from: 'pg1',
      says: 'the leader pg1 has not answered for 3 s; Patroni acts in about 27 s',
      evidence: 'REST: connection refused; SQL: connection refused; ttl 30 s',
    });
  });

  it('never pages for a leader that answers by SQL', async () => {
    const { signals, seconds } = held({ rest: silent, sql: answered, state: led });
    await seconds(30);
    expect(signals).toEqual([]);
  });

  it('never pages for single failures between answers', async () => {
    const watch = held({ rest: silent, sql: silent, state: led });
    for (let i = 0; i < 10; i += 1) {
      watch.answers.rest = silent;
      await watch.seconds(2);
      watch.answers.rest = answered;
      await watch.seconds(1);
    }
    expect(watch.signals).toEqual([]);
  });

  it('ends what it told when the leader answers again', async () => {
    const watch = held({ rest: silent, sql: silent, state: led });
    await watch.seconds(6);
    watch.answers.rest = answered;
    await watch.seconds(2);
    expect(watch.signals.map(({ kind }) => kind)).toEqual(['silent', 'heard']);
    expect(watch.signals[1]?.says).toBe('the leader pg1 answers again after 6 s');
  });

  it('begins anew with another leadership and says that a paused Patroni will not act', async () => {
    const watch = held({ rest: silent, sql: silent, state: { ...led, paused: true } });
    await watch.seconds(3);
    watch.answers.state = { ...led, leader: 'pg2', leaderRevision: 9, paused: true };
    await watch.seconds(3);
    expect(watch.signals).toEqual([]);
    await watch.seconds(2);
    expect(watch.signals.map(({ says }) => says)).toEqual([
      'the leader pg2 has not answered for 3 s; Patroni is paused and will not act',
    ]);
  });
});
