import type { UnitHands } from '../acts/hands.ts';
import type { Clock } from '../core/clock.ts';
import { layoutOf } from '../hosts/host-layout.ts';
import type { SshPool } from '../hosts/ssh-pool.ts';
import { createUnits, type Units } from '../hosts/units.ts';
import type { Secrets } from '../config/secrets.ts';
import type { ClusterSources } from './cluster-sources.ts';
import { unitSpec } from './unit-spec.ts';

interface Needs {
  /** @throws Refusal when the cluster has no ssh. */
  readonly sshOf: (cluster: string) => SshPool;
  readonly clock: Clock;
  readonly redact: (text: string) => string;
  readonly secrets: Secrets;
}

/** Long work on the members' hosts, as acts start and watch it. */
export function unitHands(clusters: readonly ClusterSources[], { sshOf, clock, redact, secrets }: Needs): UnitHands {
  const unitsOf = (cluster: string): Units => {
    const members = clusters.find(({ config }) => config.name === cluster)?.config.members ?? [];
    const layouts = new Map(members.map((member) => [member.name, layoutOf(member)]));
    return createUnits({ ssh: sshOf(cluster), layouts, clock });
  };
  return {
    start: async (cluster, member, spec, signal) =>
      unitsOf(cluster).start(member, unitSpec(clusters, { cluster, spec, secrets }), signal),
    status: async (cluster, member, claim, signal) => unitsOf(cluster).status(member, claim, signal),
    async log(cluster, member, { claim, since }, signal) {
      const said = await unitsOf(cluster).log(member, claim, since, signal);
      return { ...said, lines: said.lines.map(redact) };
    },
    kill: async (cluster, member, claim, signal) => unitsOf(cluster).kill(member, claim, signal),
  };
}
