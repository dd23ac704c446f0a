import {
  asPlanned,
  ClusterName,
  concludeReinit,
  dcsHasQuorum,
  exclusive,
  holdsNothing,
  hours,
  lookForRestart,
  MemberName,
  noFailsafe,
  primaryIs,
  reinitialize,
  reinitialized,
  reinitPreflight,
  RestartFacts,
  restartMaterial,
  runbook,
  shared,
  streaming,
  unless,
} from '#kit';
import { z } from 'zod';

export default runbook({
  name: 'reinit',
  summary: 'Discard the data of a replica and copy it anew, by Patroni',
  risk: 'can-lose-data',
  input: z.object({
    cluster: ClusterName,
    member: MemberName,
    /** The member's name once more: its data directory is discarded. */
    discard: z.string().optional(),
  }),
  facts: RestartFacts,
  locks: ({ cluster, member }) => [exclusive.copy(cluster), exclusive.member(cluster, member), shared.cluster(cluster)],
  look: ({ cluster, member }, view) => lookForRestart(cluster, { member }, view),
  material: (facts) => restartMaterial(facts),

  plan({ cluster, member, discard }, facts) {
    const found = reinitPreflight(facts, { cluster, member, discard });
    const { leader, systemId, timeline, maxLagBytes, startedAtMs, force, others, checks, notes } = found;
    return {
      summary: `Discard the data directory of ${member} in ${cluster} and copy it anew. Writes go on; ${member} is away meanwhile.`,
      checks,
      notes,
      risk: 'can-lose-data',
      riskReason: `the data directory of ${member} is discarded`,
      steps: [
        {
          id: 'reinit',
          title: `Copy the data of ${member} anew and wait until it streams`,
          within: hours(12),
          still: [
            dcsHasQuorum(cluster),
            noFailsafe(cluster, leader),
            primaryIs(cluster, leader, { timeline }),
            asPlanned(cluster, member, startedAtMs),
            unless('holds-nothing', holdsNothing(cluster, member)),
            ...(others.length > 0 ? [streaming(cluster, others, timeline)] : []),
          ],
          act: reinitialize({ cluster, member, force, systemId, timeline }),
          until: reinitialized({ cluster, member, startedAtMs: startedAtMs ?? 0, timeline, maxLagBytes }),
        },
      ],
    };
  },

  conclude: ({ member }, ended) => concludeReinit(member, ended),
});
