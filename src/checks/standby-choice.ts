import type { MemberReadings } from '../core/cluster.ts';
import { known } from '../core/reading.ts';
import { standbyRow } from '../core/standby-row.ts';
import { formatBytes } from '../core/units.ts';
import { plainSceneOf } from './plain-scene.ts';
import { candidateIn, type BareScene } from './scene.ts';
import type { SwitchoverFacts } from './switchover-facts.ts';

/**
 * The standby to switch to: the one named, or of those that stream the sync standby first, then the primary's site, least replay lag (in
 * whole MiB, so that noise does not decide), the name. `undefined`: nobody streams.
 * @throws Refusal for a name that is unknown or leads already, and when the facts allow no plan at all.
 */
export function chooseStandby(facts: SwitchoverFacts, named: string | undefined): string | undefined {
  const scene = plainSceneOf(facts);
  if (named !== undefined) return candidateIn(scene, named).name;
  return ranked(scene)[0]?.name;
}

/** Sentences for the approver. */
export function explainStandby(scene: BareScene, chosen: string): readonly string[] {
  const streaming = ranked(scene);
  const words = (member: MemberReadings) => `${member.name} replays ${formatBytes(lagOf(scene, member) ?? 0)} behind`;
  const rest = scene.others.filter((member) => !streaming.includes(member)).map(({ name }) => name);
  return [
    ...streaming.filter(({ name }) => name === chosen).map((member) => `Chosen: ${words(member)}.`),
    ...streaming.filter(({ name }) => name !== chosen).map((member) => `Could take over too: ${words(member)}.`),
    ...rest.map((name) => `Cannot take over: ${name} does not stream from ${scene.leader.name}.`),
  ];
}

function ranked(scene: BareScene): readonly MemberReadings[] {
  const keys = (member: MemberReadings) => [
    ['sync', 'quorum'].includes(standbyRow(scene.leaderSql, member)?.syncState ?? '') ? 0 : 1,
    member.site === scene.leader.site ? 0 : 1,
    Math.floor((lagOf(scene, member) ?? 0) / 2 ** 20),
  ];
  return scene.others
    .filter((member) => standbyRow(scene.leaderSql, member)?.state === 'streaming' && known(member.sql)?.inRecovery)
    .map((member) => ({ member, keys: keys(member) }))
    .toSorted((a, b) => firstDifference(a.keys, b.keys))
    .map(({ member }) => member);
}

function firstDifference(a: readonly number[], b: readonly number[]): number {
  return a.map((value, index) => value - (b[index] ?? 0)).find((off) => off !== 0) ?? 0;
}

/** Bytes that a standby replays behind the primary's last write, by SQL on the primary. */
export function lagOf({ leaderSql }: BareScene, member: MemberReadings): number | undefined {
  const row = standbyRow(leaderSql, member);
  if (row?.state !== 'streaming' || row.replayLsn === undefined || leaderSql.writeLsn === undefined) return undefined;
  return Math.max(0, leaderSql.writeLsn - row.replayLsn);
}
