import {
  ClusterName,
  clientsLeft,
  concludeDrain,
  DRAINED,
  DrainFacts,
  drain,
  drainChecks,
  drainScene,
  exclusive,
  formatDuration,
  lookForDrain,
  MemberName,
  milliseconds,
  minutes,
  notLeading,
  outOfReplicaPool,
  requireDrainable,
  runbook,
  type Step,
  shared,
  tagsAre,
} from '#kit';
import { z } from 'zod';

export default runbook({
  name: 'drain',
  summary: 'Take readers and candidacy away from a replica, until it is undrained',
  risk: 'interrupts-nothing',
  input: z.object({
    cluster: ClusterName,
    member: MemberName,
    /** How long clients are waited for, and after how long people are reminded. */
    waitMs: z.number().int().min(0).max(3_600_000),
    keptMs: z.number().int().positive().exactOptional(),
  }),
  facts: DrainFacts,
  locks: ({ cluster, member }) => [shared.cluster(cluster), exclusive.member(cluster, member)],
  look: (input, view) => lookForDrain(input, view),
  material: ({ snapshot: { dcs } }) => ({ leader: dcs.ok ? (dcs.value.leader ?? null) : null }),

  plan(input, facts) {
    const { cluster, member, waitMs, keptMs } = input;
    const scene = drainScene(input, facts);
    requireDrainable(input, scene);
    const { checks, risky } = drainChecks(input, scene);
    const { systemId, tags: before, hasProxies } = scene;
    const pool: Step = {
      id: 'out-of-pool',
      title: `Wait until no HAProxy sends readers to ${member}`,
      within: minutes(2),
      until: outOfReplicaPool(cluster, member),
    };
    return {
      summary: `Drain ${member} of ${cluster}: no readers by HAProxy, no candidacy, not synchronous, until \`/pg undrain ${cluster} ${member}\`.`,
      checks,
      risk: risky === undefined ? 'interrupts-nothing' : 'interrupts-writes',
      ...(risky === undefined ? {} : { riskReason: risky }),
      steps: [
        {
          id: 'tags',
          title: `Set nofailover, noloadbalance and nosync on ${member}`,
          within: minutes(2),
          still: [notLeading(cluster, member)],
          act: drain({ cluster, member, systemId, before, ...(keptMs === undefined ? {} : { keptMs }) }),
          until: tagsAre(cluster, member, DRAINED),
        },
        ...(hasProxies ? [pool] : []),
        {
          id: 'clients',
          title: `Wait at most ${formatDuration(waitMs)} for the clients of ${member} to leave`,
          within: milliseconds(waitMs + 60_000),
          until: clientsLeft(cluster, member, waitMs),
        },
      ],
    };
  },

  conclude: (input, ended) => concludeDrain(input, ended),
});
