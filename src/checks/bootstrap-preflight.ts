import { blocked, type Check } from '../core/check.ts';
import { refusal } from '../core/errors.ts';
import { known } from '../core/reading.ts';
import { formatBytes, formatDuration } from '../core/units.ts';
import type { BootstrapFacts } from './bootstrap-facts.ts';
import { bootstrapHostChecks } from './bootstrap-host-checks.ts';
import { bootstrapPrimaryChecks, copyEstimateMs } from './bootstrap-primary-checks.ts';
import { type BootstrapAsked, type BootstrapScene, bootstrapScene } from './bootstrap-scene.ts';
import { joinChecks } from './join-checks.ts';

/** All that the plan of a bootstrap needs to know; without a scene there is nothing to do but to tell the checks. */
export interface BootstrapPreflight {
  readonly scene?: BootstrapScene;
  readonly checks: readonly Check[];
  readonly notes: readonly string[];
  /** Bound of the copy, with much to spare. */
  readonly copyWithinMs: number;
}

/** @throws Refusal for a host that runs PostgreSQL already, and for a standby cluster. */
export function bootstrapPreflight(facts: BootstrapFacts, asked: BootstrapAsked): BootstrapPreflight {
  const hasPatroni = facts.snapshot.cluster.mode === 'patroni';
  if (known(facts.snapshot.dcs)?.config.standbyCluster)
    throw refusal(
      `${facts.snapshot.cluster.name} is a standby cluster: its leader follows another cluster`,
      'Bootstrap in a standby cluster is not supported. Add the member there by hand.',
    );
  const scene = bootstrapScene(facts, asked);
  if ('says' in scene) {
    const { id, says, hint } = scene;
    return { checks: [blocked(id, says, hint, { hard: true })], notes: [], copyWithinMs: 0 };
  }
  return {
    scene,
    checks: [
      ...(hasPatroni ? joinChecks(scene) : []),
      ...bootstrapPrimaryChecks(scene),
      ...bootstrapHostChecks(scene, { hasPatroni }),
    ],
    notes: hasPatroni ? joinNotes(scene) : notes(scene),
    copyWithinMs: Math.max(HOUR_MS, 10 * copyEstimateMs(scene)),
  };
}

const HOUR_MS = 3_600_000;

function notes(scene: BootstrapScene): readonly string[] {
  const { source, primary, name, member, others, facts } = scene;
  const spaces = source.tablespaces.length;
  const all = [member, primary.name, ...others];
  const left = facts.snapshot.members.map(({ name: one }) => one).filter((one) => !all.includes(one));
  return [
    `The copy is ${formatBytes(source.bytes)}${spaces > 0 ? ` with ${spaces} tablespaces` : ''}, about ${formatDuration(copyEstimateMs(scene))}.`,
    `The role ${name} gets a generated password, which stands in password files of mode 0600 on ${all.join(', ')} and nowhere else; each of them lets it in from each, as any of them may lead or follow one day.`,
    ...(left.length > 0
      ? [
          `${left.join(' and ')} could not be asked and ${left.length > 1 ? 'get' : 'gets'} none of it: a later switchover says so, and what it lacks to follow ${member}.`,
        ]
      : []),
  ];
}

function joinNotes(scene: BootstrapScene): readonly string[] {
  const { source, member, host } = scene;
  return [
    `The copy is ${formatBytes(source.bytes)}, about ${formatDuration(copyEstimateMs(scene))}. Patroni makes it, with a slot of its own afterwards.`,
    `${host.places.patroniConfig} on ${member} gets the passwords of the configuration (mode 0600, of postgres).`,
  ];
}
