import {
  ClusterName,
  choosePlainFailover,
  concludePlainFailover,
  exclusive,
  fencePrimary,
  followPrimary,
  heldDown,
  leaderIsDead,
  lookForPlainFailover,
  MemberName,
  minutes,
  mostAdvanced,
  PlainFailoverFacts,
  type PlainFailoverPreflight,
  plainFailoverMaterial,
  plainFailoverPreflight,
  primaryIs,
  promoteStandby,
  routeSteps,
  runbook,
  type Step,
  streaming,
  unless,
  writeSteps,
} from '#kit';
import { z } from 'zod';

export default runbook({
  name: 'streaming-failover',
  summary: 'Promote a standby of a plain streaming cluster whose primary is dead',
  risk: 'can-lose-data',
  emergency: true,
  leastApprovals: 2,
  input: z.object({
    cluster: ClusterName,
    to: MemberName.optional(),
    /** What the asker states of the old primary, where its host does not answer. */
    fencedBy: z.enum(['powered off']).optional(),
  }),
  facts: PlainFailoverFacts,
  locks: ({ cluster }) => [exclusive.cluster(cluster)],
  look: ({ cluster }, view) => lookForPlainFailover(cluster, view),
  settle: ({ to, ...asked }, facts) => ({ ...asked, to: choosePlainFailover(facts, to) }),
  material: (facts) => plainFailoverMaterial(facts),

  plan(input, facts) {
    const found = plainFailoverPreflight(facts, input);
    const { leader, target, timeline, checks, notes, stated } = found;
    return {
      summary: `Fail ${input.cluster} over from the lost ${leader} to ${target}: timeline ${timeline} -> ${timeline + 1}. Writes that only ${leader} has are lost.`,
      checks,
      notes,
      ...(stated === undefined ? {} : { stated }),
      risk: 'can-lose-data',
      steps: [...promote(input.cluster, found), ...settleDown(input.cluster, found)],
    };
  },

  conclude: ({ to }, ended) => concludePlainFailover(to ?? 'the candidate', ended),
});

function promote(
  cluster: string,
  { leader, target, timeline, systemId, fences, marks, lifted, isUnfenced }: PlainFailoverPreflight,
): readonly Step[] {
  const fence: Step = {
    id: 'fence',
    title: `Keep ${leader} from starting as a second primary: ${marks ? 'write standby.signal, mask' : 'mask'} its unit`,
    within: minutes(1),
    act: fencePrimary({ cluster, member: leader, ...(marks ? {} : { marks }), ...(lifted ? { lifted } : {}) }),
    until: heldDown(cluster, leader, marks),
  };
  return [
    ...(fences ? [fence] : []),
    {
      id: 'promote',
      title: `Promote ${target} without ${leader}`,
      within: minutes(2),
      still: [
        leaderIsDead(cluster, leader),
        ...(fences ? [heldDown(cluster, leader, marks)] : []),
        unless('candidate-advanced', mostAdvanced(cluster, target)),
      ],
      act: promoteStandby({
        ...{ cluster, member: target, systemId, timeline, primaryStartedAtMs: 'lost' as const },
        ...(fences ? { fences: leader, marks } : {}),
        ...(isUnfenced ? { unfenced: leader } : {}),
      }),
      until: primaryIs(cluster, target, { timeline: timeline + 1, from: leader }),
    },
  ];
}

/** The old primary is not waited for: it may have to be rewound. */
function settleDown(cluster: string, found: PlainFailoverPreflight): readonly Step[] {
  const { target, timeline, follows } = found;
  const follow = follows.map(
    ({ member, connection }): Step => ({
      id: `follows-${member}`,
      title: `Point ${member} to ${target}`,
      within: minutes(5),
      act: followPrimary({ cluster, member, primary: target, connection, starts: false }),
      until: streaming(cluster, [member], timeline + 1),
    }),
  );
  return [...routeSteps(cluster, found), ...follow, ...writeSteps(cluster, found)];
}
