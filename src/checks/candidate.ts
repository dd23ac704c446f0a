import type { MemberReadings } from '../core/cluster.ts';
import { known } from '../core/reading.ts';
import { formatBytes } from '../core/units.ts';
import { candidateChecks } from './candidate-checks.ts';
import { replayLag } from './lag-checks.ts';
import { candidateIn, sceneOf, type Scene } from './scene.ts';
import type { SwitchoverFacts } from './switchover-facts.ts';

export interface Ranked {
  readonly name: string;
  /** What speaks for it, best first. */
  readonly reasons: readonly string[];
}
export interface Ranking {
  /** The best first. */
  readonly eligible: readonly Ranked[];
  /** Each with the sentences that rule it out. */
  readonly ruledOut: readonly Ranked[];
}

/**
 * Ranks the standbys: sync standby first, then higher failover_priority, the leader's site, least replay lag (in whole MiB, so
 * that noise does not decide), the name. One that only an overruled check would let through comes after all others.
 */
export function rankCandidates(scene: Scene): Ranking {
  const judged = scene.others.map((member) => {
    const blocks = candidateChecks(scene, member).filter(({ verdict }) => verdict === 'block');
    return { member, blocks, keys: [blocks.length, ...keysOf(scene, member)] };
  });
  const eligible = judged.filter(({ blocks }) => !blocks.some(({ hard }) => hard));
  eligible.sort((a, b) => byKeys(a.keys, b.keys) || (a.member.name < b.member.name ? -1 : 1));
  return {
    eligible: eligible.map(({ member, blocks }) => ({
      name: member.name,
      reasons: [...blocks.map(({ says }) => `but ${says}`), ...reasonsFor(scene, member)],
    })),
    ruledOut: judged
      .filter(({ blocks }) => blocks.some(({ hard }) => hard))
      .map(({ member, blocks }) => ({ name: member.name, reasons: blocks.filter(({ hard }) => hard).map(({ says }) => says) })),
  };
}

/**
 * The member to switch to: the one named, or the best. `undefined`: nobody is eligible.
 * @throws Refusal for a name that is unknown or leads already, and when the facts allow no plan at all.
 */
export function chooseCandidate(facts: SwitchoverFacts, named: string | undefined): string | undefined {
  const scene = sceneOf(facts);
  if (named !== undefined) return candidateIn(scene, named).name;
  return rankCandidates(scene).eligible[0]?.name;
}

/** Sentences for the approver: why this one, and why not the others. */
export function explainChoice(ranking: Ranking, chosen: string): readonly string[] {
  const mine = ranking.eligible.find(({ name }) => name === chosen);
  const next = ranking.eligible.filter(({ name }) => name !== chosen);
  return [
    ...(mine ? [`Chosen: ${chosen} (${mine.reasons.join(', ')}).`] : []),
    ...next.map(({ name, reasons }) => `Could take over too: ${name} (${reasons.join(', ')}).`),
    ...ranking.ruledOut
      .filter(({ name }) => name !== chosen)
      .map(({ name, reasons }) => `Cannot take over: ${name} (${reasons.join('; ')}).`),
  ];
}

function keysOf(scene: Scene, member: MemberReadings): readonly number[] {
  const lag = replayLag(scene, member.name)?.bytes ?? Number.MAX_SAFE_INTEGER;
  return [isSync(scene, member) ? 0 : 1, -priorityOf(member), sameSite(scene, member) ? 0 : 1, Math.floor(lag / 2 ** 20)];
}

function byKeys(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const off = value - (b[index] ?? 0);
    if (off !== 0) return off;
  }
  return 0;
}

function reasonsFor(scene: Scene, member: MemberReadings): readonly string[] {
  const lag = replayLag(scene, member.name);
  return [
    ...(isSync(scene, member) ? ['sync standby'] : []),
    ...(priorityOf(member) === 1 ? [] : [`failover_priority ${priorityOf(member)}`]),
    ...(member.site && sameSite(scene, member) ? [`in ${scene.leader.name}'s site ${member.site}`] : []),
    ...(lag ? [`replays ${formatBytes(lag.bytes)} behind`] : []),
  ];
}

function isSync({ dcs, leaderSql }: Scene, { name }: MemberReadings): boolean {
  const row = leaderSql.standbys.find((standby) => standby.name === name);
  return (dcs.sync?.standbys ?? []).includes(name) || row?.syncState === 'sync' || row?.syncState === 'quorum';
}

/** 1 when there is no tag (Patroni docs/yaml_configuration.rst). */
function priorityOf({ patroni }: MemberReadings): number {
  const tag = Number(known(patroni)?.tags.failover_priority ?? 1);
  return Number.isFinite(tag) ? tag : 1;
}

function sameSite({ leader }: Scene, { site }: MemberReadings): boolean {
  return site === leader.site;
}
