import { expect } from 'vitest';
import type { Decision, Run } from '../../src/core/run.ts';
import type { Asker } from '../../src/core/person.ts';
import { createAttempts } from '../../src/runs/attempt.ts';
import { createLedger } from '../../src/runs/ledger.ts';
import { engineOf } from './engine-of.ts';

const asker = (userId: string): Asker => ({ userId, userName: userId, teamId: 'T0', channelId: 'C0', via: 'slack' });

/** A run of which the switchover's outcome is not known: the act fails in an unclear way and does not show. */
export async function haltedRun(changes: Partial<Run> = {}) {
  const engine = await engineOf(changes);
  const { world, store, needs, clock, reins, approvals } = engine;
  approvals.listed.add('U0ASKER');
  world.trouble = async (act) => {
    if (act === 'switchover') throw new Error('the connection was cut');
  };
  await clock.drive(createAttempts(needs)('r4k2m9xq', reins));
  expect(store.now().run).toMatchObject({ state: 'halted', why: expect.stringContaining('outcome unknown') });
  world.trouble = undefined;
  const queued: string[] = [];
  const proved: string[] = [];
  const left = new Set<string>();
  const times: { freeze?: string } = {};
  const closed = () => (times.freeze === undefined ? undefined : { says: times.freeze, hint: 'Wait.' });
  const gated = { ...needs, gate: { ...needs.gate, closed } };
  const attempt = () => clock.drive(createAttempts(gated)('r4k2m9xq', reins));
  /** An attempt that stops before its first step, as at a drain. */
  const interrupted = () =>
    clock.drive(createAttempts(needs)('r4k2m9xq', { ...reins, draining: () => true }).catch(() => undefined));
  const ledger = createLedger({
    ...needs,
    ...engine.approvals,
    votes: { cast: () => Promise.reject(new Error('nobody votes here')) },
    codes: { prove: async ({ userId }, code) => void proved.push(`${userId} ${code ?? 'none'}`) },
    audit: { append: async (facts) => void store.audit.push(facts) },
    gate: {
      admit: async ({ userId }, need) => {
        if (need === 'approve' && !userId.startsWith('U1')) throw new Error(`${userId} is not ${need}`);
      },
      lacks: async (userId) => (left.has(userId) ? 'left the group' : undefined),
      closed,
    },
    queue: { add: async (run) => void queued.push(run) },
    canBeEnded: () => false,
  });
  const decide = (verb: Decision['verb'], userId = 'U1ANN', reason = 'I looked at the cluster') =>
    ledger.decide('r4k2m9xq', asker(userId), verb, { reason });
  return { ...engine, attempt, interrupted, ledger, decide, queued, proved, left, times };
}
