import { Redis } from 'ioredis';
import { systemClock } from '../../../src/core/clock.ts';
import { asError, TrunklineError } from '../../../src/core/errors.ts';
import type { Asker } from '../../../src/core/person.ts';
import type { AttemptNeeds } from '../../../src/runs/attempt-needs.ts';
import { createAttempts } from '../../../src/runs/attempt.ts';
import type { LedgerNeeds } from '../../../src/runs/ledger-needs.ts';
import { createLedger } from '../../../src/runs/ledger.ts';
import type { Acts } from '../../../src/runs/needs.ts';
import { createPropose, type ProposeNeeds } from '../../../src/runs/propose.ts';
import { createSweep, type SweepNeeds } from '../../../src/runs/sweep.ts';
import { createStore } from '../../../src/store/store.ts';
import { approvalFakes } from '../approval-fakes.ts';
import { fakeView, fakeWorld } from '../fake-world.ts';
import { quietLog } from '../quiet-log.ts';
import { type Directory, directoryOn } from './directory.ts';

/** What one process is told to do at a moment of the common clock (epoch milliseconds). */
export interface Deed {
  readonly does: 'ask' | 'approve' | 'deny' | 'withdraw' | 'cancel' | 'work' | 'sweep';
  readonly who: string;
  readonly run: string;
  readonly nowMs: number;
  /** Turns of the event loop before and after each question to Slack, so that others come between. */
  readonly pause: number;
  /** Approvals, when it asks. */
  readonly needed: number;
}

/** What came of a deed. `refused` is an answer that a person may get; `broke` none that anybody should. */
export interface Came {
  readonly result: 'done' | 'refused' | 'broke';
  readonly says: string;
}

/** Who asks for the change in every attack. */
export const ASKER = 'U0ASKER';

export interface Happened {
  readonly does: Deed['does'];
  readonly who: string;
  readonly came: Came;
}

/** One process: a store, a gate, a ledger and a worker of its own, on its own connection. */
export interface Office {
  do(deed: Deed): Promise<Came>;
  close(): Promise<void>;
}

/** How long a request may wait, and an approved one, in ms of the common clock. */
export const LAPSES = { expiresInMs: 60_000, startWithinMs: 30_000 } as const;
const never = { signal: new AbortController().signal, draining: () => false };

export function openOffice(port: number, prefix: string): Office {
  const redis = new Redis({ host: '127.0.0.1', port });
  let [nowMs, pauses, needed] = [0, 0, 1];
  const pause = async () => {
    for (let turn = 0; turn < pauses; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  const directory = directoryOn(redis, prefix, pause);
  const cluster = sharedCluster(redis, prefix, directory);
  const clock = { ...systemClock, now: () => nowMs };
  const queue = {
    add: async (run: string) => {
      await redis.sadd(`${prefix}:queue`, run);
    },
  };
  const policy = () => ({ allowed: true as const, approvals: needed, ...LAPSES });
  const needs: Omit<LedgerNeeds, 'propose'> & AttemptNeeds & ProposeNeeds & SweepNeeds = {
    ...approvalFakes(),
    ...createStore(redis, { prefix, clock }),
    ...{
      gate: { ...directory.gate, policy, reasonFlaw: () => undefined, closed: () => undefined },
      queue,
      clock,
      log: quietLog,
      view: fakeView(),
    },
    ...{ acts: cluster.acts, states: cluster.states, canBeEnded: () => false, releaseDebts: async () => undefined },
    codes: { prove: async () => undefined },
    observer: { begin: async () => undefined, end: async () => undefined },
    find: () => ({ runbook: cluster.switchover, digest: 'd1' }),
    announce: async () => undefined,
    keepLog: async () => undefined,
  };
  const propose = createPropose(needs);
  const parts = { ledger: createLedger({ ...needs, propose }), propose, sweep: createSweep(needs) };
  const attempt = createAttempts(needs);

  async function done({ does, who, run }: Deed): Promise<string> {
    await cluster.look();
    if (does === 'ask') {
      const wish = { runbook: 'switchover', input: { cluster: 'billing' }, asker: askerOf(who), view: fakeView() };
      const proposed = await parts.propose(wish);
      if (!('run' in proposed)) throw new Error(proposed.message.summary);
      return proposed.run.id;
    }
    if (does === 'work') await Promise.all((await redis.smembers(`${prefix}:queue`)).map((id) => attempt(id, never)));
    else if (does === 'sweep') await parts.sweep();
    else if (does === 'deny') return (await parts.ledger.deny(run, askerOf(who), 'not now')).summary;
    else return (await parts.ledger[does](run, askerOf(who))).summary;
    return '';
  }

  return {
    async do(deed) {
      [nowMs, pauses, needed] = [Math.max(nowMs, deed.nowMs), deed.pause, deed.needed];
      try {
        return { result: 'done', says: await done(deed) };
      } catch (error) {
        const refused = error instanceof TrunklineError && error.kind !== 'bug' && error.kind !== 'unreachable';
        return { result: refused ? 'refused' : 'broke', says: asError(error).message };
      }
    },
    async close() {
      redis.disconnect();
    },
  };
}

const askerOf = (userId: string): Asker => ({ userId, userName: userId, teamId: 'T0', channelId: 'C0', via: 'slack' });

/** The fake cluster, its leader and its claims kept in Redis, so that all processes act on the same one. */
function sharedCluster(redis: Redis, prefix: string, directory: Directory) {
  const { world, acts: alone, states, switchover } = fakeWorld();
  const look = async () => {
    world.leader = (await redis.get(`${prefix}:leader`)) ?? 'pg1';
    world.timeline = world.leader === 'pg1' ? 4 : 5;
  };
  world.looked = look;
  const acts: Acts = {
    ...alone,
    async perform(act, { claim }) {
      if (act.act === 'switchover' && (await redis.set(`${prefix}:claim:${claim}`, '1', 'NX')) === null)
        return { performed: false, says: 'asked already' };
      await directory.note({ by: 'act', who: '', need: act.act, may: true });
      if (act.act === 'switchover') await redis.set(`${prefix}:leader`, String(act.args.candidate));
      return { performed: true, says: 'done' };
    },
  };
  return { acts, states, switchover, look };
}
