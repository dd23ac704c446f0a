import { type Check, passed, warned } from '../core/check.ts';
import type { DeltaVerdict } from './delta-verdict.ts';
import type { RebuildScene } from './rebuild-scene.ts';
import { partedNote } from './rebuild-verdict.ts';

/** A backup and the units that restore and recover it. */
export interface Restore {
  readonly set: string;
  readonly claim: string;
  readonly recovery: string;
  readonly bytes?: number;
}

/** The backup's label has an underscore, which no claim has. */
export function restoreOf({ leader }: RebuildScene, { delta }: DeltaVerdict): Restore {
  const { label: set = NO_SET, bytes } = delta?.backup ?? {};
  const of = `${leader.sql.systemId}-t${leader.sql.timeline}-${set.replaceAll('_', '.')}-${delta?.token ?? ''}`;
  return { set, claim: `restore-${of}`, recovery: `recover-${of}`, ...(bytes === undefined ? {} : { bytes }) };
}

/** Where there is no backup a check blocks the plan, whose steps are shown all the same. */
const NO_SET = '00000000-000000F';

/** The proof that overwriting loses nothing, or what it loses. */
export function overwriteChecks(scene: RebuildScene, verdict: DeltaVerdict): readonly Check[] {
  if (verdict.way !== 'delta') return [];
  const says = partedNote(scene, verdict).replace(/[.]$/, '');
  if (verdict.lostBytes === 0) return [passed('holds-nothing', says)];
  const hint = scene.parted && scene.control ? 'That WAL is kept aside first.' : 'To keep its data directory: `--how reinit`.';
  return [warned('holds-nothing', says, hint)];
}

/** Why Patroni makes a base backup. */
export function toolNote({ delta }: DeltaVerdict): string {
  const copy = 'the copy is a base backup of the leader that Patroni makes';
  if (!delta) return `No pgBackRest is configured, so ${copy}.`;
  const against =
    delta.checks.find(({ verdict }) => verdict === 'block') ?? delta.checks.find(({ verdict }) => verdict !== 'pass');
  return against && !delta.isFit ? `Not by pgBackRest, as ${against.says}; ${copy}.` : `It was asked for, so ${copy}.`;
}
