import { z } from 'zod';
import type { Snapshot } from '../core/cluster.ts';
import type { Debt } from '../core/debt.ts';
import { ClusterName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { holds, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';

const { state, build } = defineState({
  name: 'paused',
  args: z.object({ cluster: ClusterName }),
  says: ({ cluster }) => `every member of ${cluster} that answers is paused, and the pause has its owner and its end`,
  async judge({ cluster }, view, sinceMs) {
    const [snapshot, debts] = await Promise.all([view.snapshot(cluster), view.debts(cluster)]);
    return judgePaused(snapshot, debts, sinceMs);
  },
});

export const pausedState = state;

/** The pause is in the DCS and at every member that answers, and it was written down by this step, with whom to ask when it ends. */
export const paused = (cluster: string): StateData => build({ cluster });

/** Pure part. `sinceMs`: when the step began; an older pause is another one. */
export function judgePaused(
  { cluster, dcs, members }: Pick<Snapshot, 'cluster' | 'dcs' | 'members'>,
  debts: readonly Pick<Debt, 'kept' | 'sinceMs'>[],
  sinceMs: number,
): Verdict {
  if (!dcs.ok) return notYet(`the DCS cannot be read: ${dcs.why}`);
  if (!dcs.value.config.paused) return notYet(`Patroni of ${cluster.name} is not paused in the DCS`);
  const { told, silent, other } = byPause(members, true);
  if (other.length > 0) return notYet(`${other.join(' and ')} ${is(other)} not paused yet`);
  if (told.length === 0) return notYet(`no Patroni of ${cluster.name} answers, so nothing shows that it is paused`);
  const known = debts.some(({ kept, sinceMs: at }) => kept !== undefined && at >= sinceMs);
  if (!known) return notYet(`${cluster.name} is paused, but nobody has taken that pause on yet`);
  return holds(`${told.join(', ')} ${is(told)} paused${notAsked(silent)}`);
}

/** The members whose Patroni says what was asked, those that say the other, and those that do not answer. */
export function byPause(members: Snapshot['members'], wanted: boolean) {
  const of = (fits: (one: Snapshot['members'][number]) => boolean) => members.filter(fits).map(({ name }) => name);
  return {
    told: of(({ patroni }) => patroni.ok && patroni.value.paused === wanted),
    other: of(({ patroni }) => patroni.ok && patroni.value.paused !== wanted),
    silent: of(({ patroni }) => !patroni.ok),
  };
}

/** ` (pg3 does not answer)`. */
export const notAsked = (silent: readonly string[]): string =>
  silent.length === 0 ? '' : ` (${silent.join(' and ')} ${silent.length === 1 ? 'does' : 'do'} not answer)`;

const is = (names: readonly string[]): string => (names.length === 1 ? 'is' : 'are');
