import type { Incident } from '../core/incident.ts';
import { formatBytes, formatDuration } from '../core/units.ts';
import type { WriteOutage } from '../core/write-outage.ts';
import { outageWords } from '../core/write-outage.ts';
import { type FollowHands, type Followed, goesOn } from './followed.ts';
import type { LossMeasures, ProbeSaw } from './loss-ports.ts';
import { whoIsAffected } from './who-is-affected.ts';

const EVERY_MS = 500;

/**
 * Measures what a loss costs: who was connected, how far the old leader's WAL had come beyond the point that the new one took over from,
 * and, where the cluster has a write probe, how long nothing could be written. Ends with the incident.
 */
export async function measureLoss(of: Followed, hands: FollowHands): Promise<void> {
  const { measures } = hands.facts;
  if (!measures || of.incident.replayed) return;
  const { id } = of.incident;
  measures.beginProbe(of.incident.cluster, id);
  try {
    const seen = await seenAtLoss(of, hands, measures);
    while (!hands.stop.aborted && goesOn(of.incident)) {
      noteWrites(of, hands, measures.probe(of.incident.cluster, id));
      await noteRisk(of, hands, measures, seen);
      await hands.clock.sleep(EVERY_MS, hands.stop).catch(() => undefined);
    }
  } finally {
    await measures.endProbe(id);
  }
}

/** The last position that is known of a leader. */
interface LastSeen {
  readonly leader: string;
  readonly timeline: number | undefined;
  readonly lsn: number;
}

/** Who is affected; where the old leader was last seen. */
async function seenAtLoss(of: Followed, hands: FollowHands, measures: LossMeasures): Promise<LastSeen | undefined> {
  const { cluster, from, affects, openedAtMs, timelineBefore: timeline } = of.incident;
  if (from === undefined) return undefined;
  const last = measures.lastLook(cluster, from);
  const [sessions, position] = await Promise.all([measures.sessions(cluster, from), measures.dcsPosition(cluster, from)]);
  if (affects.length === 0 && !hands.stop.aborted) {
    of.incident = { ...of.incident, affects: [...whoIsAffected({ leader: from, last, sessions, openedAtMs })] };
    hands.refresh();
  }
  const known = [last?.writeLsn, position].filter((lsn) => lsn !== undefined);
  return known.length === 0 ? undefined : { leader: from, timeline, lsn: Math.max(...known) };
}

function noteWrites(of: Followed, hands: FollowHands, saw: ProbeSaw): void {
  const outage = outageOf(saw);
  if (!outage || same(outage, of.incident.writeOutage)) return;
  of.incident = { ...of.incident, ...writesOf(saw), writeOutage: outage };
  if (outage.kind === 'measured' || outage.kind === 'at-least') hands.phase(`writes are taken again: ${outageWords(outage)}`);
  else hands.refresh();
  void hands.save();
}

/** The last write before the loss and the first after it, as far as the probe saw them. */
function writesOf(saw: ProbeSaw): Pick<Incident, 'lastGoodWriteAtMs' | 'firstWriteAtMs'> {
  if (saw.kind === 'none') return {};
  const { gap, firstFailedAtMs, firstGoodAtMs } = saw;
  if (gap) return { lastGoodWriteAtMs: gap.lastGoodAtMs, firstWriteAtMs: gap.firstGoodAtMs };
  return firstFailedAtMs === undefined || firstGoodAtMs === undefined ? {} : { firstWriteAtMs: firstGoodAtMs };
}

const same = (one: WriteOutage, other: WriteOutage | undefined): boolean => JSON.stringify(one) === JSON.stringify(other);

function outageOf(saw: ProbeSaw): WriteOutage | undefined {
  if (saw.kind === 'none') return { kind: 'unknown', why: saw.why };
  const { through, resolutionMs, gap, firstFailedAtMs, firstGoodAtMs, stopped } = saw;
  if (stopped !== undefined) return { kind: 'unknown', why: `the probe stopped by itself: ${stopped}` };
  const probe = { through, resolutionMs };
  if (gap) return { kind: 'measured', millis: gap.firstGoodAtMs - gap.lastGoodAtMs, ...probe };
  if (firstGoodAtMs === undefined)
    return firstFailedAtMs === undefined ? undefined : { kind: 'lasts', sinceMs: firstFailedAtMs, through };
  const begins = firstFailedAtMs !== undefined && firstFailedAtMs < firstGoodAtMs;
  return begins ? { kind: 'at-least', millis: firstGoodAtMs - firstFailedAtMs, ...probe } : { kind: 'none', ...probe };
}

/** As soon as Patroni's history says where the timeline was left; nothing of another leader that is lost in the same incident. */
async function noteRisk(of: Followed, hands: FollowHands, measures: LossMeasures, seen: LastSeen | undefined): Promise<void> {
  const { cluster, from, to, timelineBefore, provenAtMs, bytesAtRisk } = of.incident;
  if (bytesAtRisk !== undefined || provenAtMs === undefined || timelineBefore === undefined || from === to) return;
  if (!seen || from !== seen.leader || timelineBefore !== (seen.timeline ?? timelineBefore)) return;
  const leftAt = await measures.leftAt(cluster, timelineBefore);
  if (leftAt === undefined || hands.stop.aborted || of.incident.bytesAtRisk !== undefined) return;
  const bytes = Math.max(0, seen.lsn - leftAt);
  of.incident = { ...of.incident, bytesAtRisk: bytes };
  if (bytes > 0) hands.phase(`at least ${formatBytes(bytes)} of WAL that ${from} had did not reach ${to}`);
  else hands.refresh();
  void hands.save();
}

/** For the thread: when the newest commit of the old leader was made that the new one has. */
export function lastCommitWords(leader: string, beforeLossMs: number): string {
  const before = beforeLossMs >= 0 ? `${formatDuration(beforeLossMs)} before the loss was seen` : 'after the loss was seen';
  return `the newest commit that ${leader} has was made ${before}`;
}
