import type { PoolerHands } from '../../src/acts/pooler-hands.ts';
import type { PoolerReadings, ResumeTimer } from '../../src/core/pooler.ts';
import { refusal } from '../../src/core/errors.ts';
import type { FakeCluster } from './fake-cluster.ts';
import { type Loose, read } from './healthy-cluster.ts';

/** A PgBouncer that serves one database to ten clients by transaction. */
export function healthyPooler(name: string): Loose<PoolerReadings> {
  const state = {
    databases: [{ name: 'app', poolMode: 'transaction', paused: false }],
    sessionUsers: [],
    clients: [{ database: 'app', active: 10, waiting: 0 }],
  };
  return structuredClone({ name, databases: ['app'], state: read(state) }) as Loose<PoolerReadings>;
}

/** Puts PgBouncers in front of the fake cluster. */
export function withPoolers(fake: FakeCluster, ...names: readonly string[]): void {
  fake.shown.poolers = names.map(healthyPooler);
}

/** Timers and pauses of the fake cluster's PgBouncers; names in `busy` are not paused in time. */
export function fakePoolers(of: () => FakeCluster) {
  const armed = new Map<string, number>();
  const busy = new Set<string>();
  const all = () => [...of().shown.poolers, ...of().ledger.shown.poolers];
  const set = (name: string, paused: boolean) => {
    const state = all().find((one) => one.name === name)?.state;
    if (state?.ok) for (const database of state.value.databases) database.paused = paused;
  };
  const hands: PoolerHands = {
    async arm(_cluster, name, unit) {
      of().done.push(`arm ${name}`);
      armed.set(unit, of().now);
    },
    async pause(_cluster, name, unit) {
      of().done.push(`pause ${name}`);
      if (!armed.has(unit)) throw refusal(`the resume timer on ${name} is not armed`, 'Ask again.');
      set(name, true);
      return !busy.has(name);
    },
    async resume(_cluster, name) {
      of().done.push(`resume ${name}`);
      set(name, false);
    },
    async disarm(_cluster, _name, unit) {
      armed.delete(unit);
    },
  };
  const timers = (unit: string): readonly ResumeTimer[] =>
    all().map(({ name }) => {
      const sinceMs = armed.get(unit);
      return { pooler: name, timer: read({ active: sinceMs !== undefined, ageMs: of().now - (sinceMs ?? 0) }) };
    });
  return { hands, timers, busy };
}
