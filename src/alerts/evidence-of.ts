import type { Incident } from '../core/incident.ts';
import type { Signal } from '../core/signal.ts';
import type { LossEvidence } from './loss-evidence.ts';

/** What was looked at of a lost leader so far. */
export type Sights = Pick<LossEvidence, 'rest' | 'sql' | 'others' | 'server' | 'isRenewed' | 'logged' | 'probeStopped'>;

/** All that is known of the leader that an incident is about; `undefined` while it has no name. */
export function evidenceOf(incident: Incident, seen: readonly Signal[], sights: Sights, nowMs: number): LossEvidence | undefined {
  const { from, to, provenAtMs, ledAtMs, waitsFor, overwrote } = incident;
  if (from === undefined) return undefined;
  const said = (kind: Signal['kind']) => seen.some((signal) => signal.kind === kind);
  const unproven =
    to === undefined || ledAtMs === undefined || provenAtMs !== undefined || waitsFor === undefined
      ? undefined
      : { forMs: nowMs - ledAtMs, why: waitsFor };
  return {
    ...sights,
    leader: from,
    key: keyOf(incident),
    ...(to === undefined ? {} : { now: to }),
    isProven: provenAtMs !== undefined,
    ...(unproven ? { unproven } : {}),
    ...(overwrote === undefined ? {} : { overwrote }),
    saidCrashed: said('crashed') || incident.situation === 'postgres-crashed',
    saidRestarted: said('restarted'),
  };
}

function keyOf({ cause, lostAtMs, situation, overwrote }: Incident): LossEvidence['key'] {
  if (situation === 'leader-overwritten' || overwrote !== undefined) return 'overwritten';
  if (cause === 'planned') return 'asked';
  if (lostAtMs === undefined) return 'held';
  if (cause === 'crash') return 'lease-ended';
  return cause === 'released' ? 'released' : 'unknown';
}
