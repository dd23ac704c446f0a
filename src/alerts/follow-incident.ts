import type { Incident } from '../core/incident.ts';
import { outcomeOf } from './apply-signal.ts';
import { type FollowHands, type Followed, goesOn } from './followed.ts';
import { lookAtLoss } from './look-at-loss.ts';
import { lastCommitWords, measureLoss } from './measure-loss.ts';

const LONGEST_PAUSE_MS = 5000;
const RUNS_AGAIN_MS = 30_000;
/** A change that is told by itself has ended this incident by then, also by the last of the bots whose turn comes while the store is away. */
const MOVED_ON_MS = 20_000;
/** A commit that is older by more tells only that little was written. */
const LAST_COMMIT_MS = 60_000;

/**
 * From the first sign of a loss on: looks at the lost leader and measures what the loss costs; after a new leader key asks the member by
 * SQL until it says that it is the primary, then the members until all stream again, then its part is over. The leader may change meanwhile;
 * then all begins again. Ends when stopped.
 */
export async function followIncident(of: Followed, hands: FollowHands, everyMs: number): Promise<void> {
  const { cluster } = of.incident;
  if (hands.facts.knows?.(cluster) === false) {
    hands.resolve(`${cluster} is not in the configuration any more`);
    return;
  }
  const parts = await Promise.allSettled([lookAtLoss(of, hands), measureLoss(of, hands), followLeader(of, hands, everyMs)]);
  for (const part of parts) if (part.status === 'rejected') throw part.reason;
}

async function followLeader(of: Followed, hands: FollowHands, everyMs: number): Promise<void> {
  const told = { back: false };
  const moves = createMoves(of, hands);
  let pause = everyMs;
  while (!hands.stop.aborted && goesOn(of.incident)) {
    moves.look();
    const moved = of.incident.provenAtMs === undefined ? await proven(of, hands) : await membersBack(of, hands, told);
    const isWaiting = !moved && of.incident.to !== undefined;
    pause = isWaiting ? Math.min(LONGEST_PAUSE_MS, pause * 1.3) : everyMs;
    if (!moved) await hands.clock.sleep(pause, hands.stop).catch(() => undefined);
  }
}

/** A run of ours may move the leader meanwhile: that is told in its own thread, and the member that is waited for will never lead. */
function createMoves(of: Followed, { facts, clock, phase }: FollowHands) {
  let sinceMs: number | undefined;
  return {
    look() {
      const holder = facts.holder?.(of.incident.cluster);
      if (holder === undefined || !isNews(of.incident, holder)) {
        sinceMs = undefined;
        return;
      }
      sinceMs ??= clock.now();
      if (clock.now() - sinceMs < MOVED_ON_MS) return;
      const { provenAtMs: _, membersBackAtMs: __, timelineAfter: ___, waitsFor: ____, ...incident } = of.incident;
      // The time without a leader ended with the first one.
      of.incident = { ...incident, to: holder, ledAtMs: incident.ledAtMs ?? sinceMs };
      phase(`${holder} holds the leader key now; what moved it there is told by itself`);
    },
  };
}

/** A leader that crashed or is silent may keep its key. */
function isNews({ from, to, lostAtMs }: Incident, holder: string): boolean {
  if (to !== undefined) return holder !== to;
  return lostAtMs !== undefined || (from !== undefined && holder !== from);
}

async function proven(of: Followed, hands: FollowHands): Promise<boolean> {
  const { cluster, to, from } = of.incident;
  if (to === undefined) return runsAgain(of, hands);
  const proof = await hands.facts.prove(cluster, to);
  if (hands.stop.aborted || of.incident.to !== to) return false;
  if (!proof.primary) {
    wait(of, hands, proof.why);
    return false;
  }
  of.incident = { ...of.incident, provenAtMs: hands.clock.now(), timelineAfter: proof.timeline };
  delete of.incident.waitsFor;
  hands.phase(`${to} is the primary by SQL, timeline ${proof.timeline}`);
  if (from !== to && proof.lastReplayedAtMs !== undefined) noteLastCommit(of, hands, to, proof.lastReplayedAtMs);
  await hands.save();
  return true;
}

/**
 * A leader that crashed, kept its key and is started where it is need not rise its timeline, and then etcd shows no end. A timeline that
 * rises is told by etcd before this: Patroni publishes it with every loop_wait (10 s by default).
 */
async function runsAgain(of: Followed, hands: FollowHands): Promise<boolean> {
  const { cluster, from, cause, lostAtMs, situation, openedAtMs } = of.incident;
  const keptItsKey = cause === 'crash' && lostAtMs === undefined && situation === 'postgres-crashed';
  if (!keptItsKey || from === undefined || hands.clock.now() - openedAtMs < RUNS_AGAIN_MS) return false;
  const proof = await hands.facts.prove(cluster, from);
  if (hands.stop.aborted || !proof.primary || of.incident.to !== undefined || of.incident.lostAtMs !== undefined) return false;
  of.incident = { ...of.incident, to: from, ledAtMs: hands.clock.now() };
  return true;
}

function noteLastCommit(of: Followed, hands: FollowHands, leader: string, atMs: number): void {
  const { lostAtMs, openedAtMs, replayed, lastGoodWriteAtMs } = of.incident;
  const lossMs = Math.min(lostAtMs ?? openedAtMs, openedAtMs);
  if (replayed || lossMs - atMs > LAST_COMMIT_MS || atMs > hands.clock.now()) return;
  of.incident = { ...of.incident, lastGoodWriteAtMs: lastGoodWriteAtMs ?? atMs };
  hands.phase(lastCommitWords(leader, lossMs - atMs));
}

async function membersBack(of: Followed, hands: FollowHands, told: { back: boolean }): Promise<boolean> {
  const { cluster, from, to } = of.incident;
  const streaming = await hands.facts.streaming(cluster, to ?? '');
  if (hands.stop.aborted || of.incident.to !== to || of.incident.provenAtMs === undefined) return false;
  if (from !== undefined && from !== to && streaming.back?.includes(from) && !told.back) {
    told.back = true;
    hands.phase(`${from} is back and streams from ${to}`);
  }
  if (!streaming.all) {
    wait(of, hands, streaming.waitsFor);
    return false;
  }
  of.incident = { ...of.incident, membersBackAtMs: hands.clock.now() };
  hands.phase(streaming.says);
  hands.resolve(outcomeOf(of.incident, hands.clock.now()));
  return true;
}

function wait(of: Followed, { refresh }: FollowHands, why: string): void {
  if (of.incident.waitsFor === why) return;
  of.incident = { ...of.incident, waitsFor: why };
  refresh();
}
