import type { Incident } from '../core/incident.ts';
import { evidenceOf, type Sights } from './evidence-of.ts';
import { type FollowHands, type Followed, goesOn } from './followed.ts';
import type { LeaderLooks } from './loss-ports.ts';
import { type Refined, refine } from './refine.ts';
import { named } from './situation.ts';

const EVERY_MS = 2000;
const LATER_MS = 5000;
/** After so long the member may have been started again, and what is seen of it tells nothing of its end. */
const FRESH_MS = 20_000;

interface Looking {
  /** The lost leader. */
  readonly of: string | undefined;
  readonly sinceMs: number;
  sights: Sights;
  /** The sentence and the lines of evidence that came of the looks. */
  says?: string;
  lines: readonly string[];
  lease?: { readonly leftMs: number; readonly atMs: number };
  /** It was silent and answers again. */
  isBack: boolean;
}

/**
 * Asks a lost leader by REST, SQL and ssh, and the other hosts what they see of it, until it answers again or the incident ends; each
 * answer may give what happened another name. Begun long after the loss it names it by what is known already.
 */
export async function lookAtLoss(of: Followed, hands: FollowHands): Promise<void> {
  const { clock, stop, facts } = hands;
  const { looks } = facts;
  if (!looks || of.incident.replayed) return;
  let looking: Looking | undefined;
  while (!stop.aborted && goesOn(of.incident)) {
    // Another leader is lost in the same incident: what was seen of the one before tells nothing of it.
    if (looking?.of !== of.incident.from) looking = undefined;
    looking ??= lookingAt(of.incident, clock.now());
    if (isWorthALook(of.incident) && !looking.isBack) await lookOnce(of, hands, looks, looking);
    nameIt(of, hands, looking);
    await clock.sleep(clock.now() - looking.sinceMs < 60_000 ? EVERY_MS : LATER_MS, stop).catch(() => undefined);
  }
}

function lookingAt({ from, lostAtMs, ledAtMs, openedAtMs }: Incident, nowMs: number): Looking {
  const sinceMs = lostAtMs ?? ledAtMs ?? openedAtMs;
  return { of: from, sinceMs, sights: {}, lines: [], isBack: nowMs - sinceMs > FRESH_MS };
}

/** Of a request by people nothing is to be found out. */
function isWorthALook({ from, cause }: Incident): boolean {
  return from !== undefined && cause !== 'planned';
}

/** Every way at once; each answer counts as soon as it comes. */
async function lookOnce(of: Followed, hands: FollowHands, looks: LeaderLooks, looking: Looking): Promise<void> {
  const { cluster, from = '' } = of.incident;
  const take = async (part: Promise<Sights | undefined>) => {
    const sights = await part;
    if (!sights || hands.stop.aborted || looking.isBack || of.incident.from !== looking.of) return;
    if (cameBack(looking.sights, sights) || isUpAgain(of.incident, sights)) {
      looking.isBack = true;
      return;
    }
    looking.sights = { ...looking.sights, ...sights };
    nameIt(of, hands, looking);
  };
  await Promise.all([
    take(looks.rest(cluster, from).then((rest) => rest && { rest })),
    take(looks.sql(cluster, from).then((sql) => sql && { sql })),
    take(looks.others(cluster, from).then((others) => others && { others })),
    take(looks.server(cluster, from).then((server) => (server && !looking.sights.server ? { server } : undefined))),
    take(renewed(of, hands, looks, looking)),
  ]);
  if (looking.isBack) await askLog(of, hands, looks, looking);
}

/** It answers where it did not: what it says from now on is about its return. */
function cameBack(before: Sights, now: Sights): boolean {
  const was = now.rest ? before.rest : now.sql ? before.sql : undefined;
  const is = now.rest ?? now.sql;
  return was !== undefined && was.answer !== 'server' && is?.answer === 'server';
}

/** The host of which nothing was to be seen refuses connections, or says by ssh what runs there: it has been started since. */
function isUpAgain({ situation }: Incident, { rest, sql, server }: Sights): boolean {
  return situation === 'host-lost' && (server !== undefined || (rest ?? sql)?.answer === 'host');
}

/** A leader that holds the key and is silent lives when its lease gets longer. */
async function renewed(of: Followed, hands: FollowHands, looks: LeaderLooks, looking: Looking): Promise<Sights | undefined> {
  const { cluster, from = '', lostAtMs } = of.incident;
  if (lostAtMs !== undefined) return undefined;
  const leftMs = await looks.leaseLeftMs(cluster, from);
  if (leftMs === undefined) return undefined;
  const { lease } = looking;
  looking.lease = { leftMs, atMs: hands.clock.now() };
  // etcd tells whole seconds.
  const isLonger = lease !== undefined && leftMs > lease.leftMs - (looking.lease.atMs - lease.atMs) + 1500;
  return isLonger ? { isRenewed: true } : undefined;
}

/** What was cut off and lived says so in its own log; what was dead has nothing to say. */
async function askLog({ incident }: Followed, { clock }: FollowHands, looks: LeaderLooks, looking: Looking): Promise<void> {
  const { cluster, from = '', openedAtMs, lostAtMs } = incident;
  const sinceMs = Math.min(openedAtMs, lostAtMs ?? openedAtMs) - 60_000;
  const logged = await looks.loggedCut(cluster, from, sinceMs, clock.now());
  if (logged !== undefined) looking.sights = { ...looking.sights, logged };
}

/** Gives the incident the name, the sentence and the evidence that are known now. */
function nameIt(of: Followed, hands: FollowHands, looking: Looking): void {
  const { incident } = of;
  if (hands.stop.aborted || incident.resolvedAtMs !== undefined) return;
  const sights = { ...looking.sights, ...stoppedProbe(of, hands) };
  const evidence = evidenceOf(incident, of.seen ?? [], sights, hands.clock.now());
  const refined = evidence && refine(evidence);
  if (refined) put(of, hands, looking, refined);
}

function stoppedProbe({ incident }: Followed, { facts }: FollowHands): Sights {
  const saw = facts.measures?.probe(incident.cluster, incident.id);
  return saw?.kind === 'writes' && saw.stopped !== undefined ? { probeStopped: saw.stopped } : {};
}

function put(of: Followed, hands: FollowHands, looking: Looking, { situation, says, evidence }: Refined): void {
  // One that flaps keeps that name, whatever this loss was.
  const isNews = situation !== of.incident.situation && of.incident.flapping === undefined;
  const isBetter = isNews || says !== looking.says;
  if (!isBetter && looking.lines.length === evidence.length) return;
  const others = of.incident.evidence.filter((line) => !looking.lines.includes(line) && !evidence.includes(line));
  looking.lines = evidence;
  looking.says = says;
  const seen: Incident = { ...of.incident, evidence: [...others, ...evidence] };
  const next = isNews ? named(seen, situation) : seen;
  of.incident = isBetter ? { ...next, says } : next;
  // The line of the signal may have said the same.
  if (isNews && !of.incident.timeline.some((line) => line.says === says)) hands.phase(says);
  else hands.refresh();
  void hands.save();
}
