import {
  archiverWorks,
  ClusterName,
  chooseFailover,
  concludeFailover,
  dcsHasQuorum,
  exclusive,
  FailoverFacts,
  type FailoverPreflight,
  failover,
  failoverMaterial,
  failoverPreflight,
  fenced,
  leaderIsDead,
  lookForFailover,
  MemberName,
  minutes,
  mostAdvanced,
  primaryIs,
  routeSteps,
  runbook,
  type Step,
  streaming,
  unless,
  writeSteps,
} from '#kit';
import { z } from 'zod';

export default runbook({
  name: 'failover',
  summary: 'Promote a standby of a Patroni cluster whose leader is dead',
  risk: 'can-lose-data',
  emergency: true,
  leastApprovals: 2,
  input: z.object({
    cluster: ClusterName,
    to: MemberName.optional(),
    /** What the asker states of the old leader, where nothing else keeps it away. */
    fencedBy: z.enum(['powered off']).optional(),
  }),
  facts: FailoverFacts,
  locks: ({ cluster }) => [exclusive.cluster(cluster)],
  look: ({ cluster }, view) => lookForFailover(cluster, view),
  settle: ({ to, ...asked }, facts) => ({ ...asked, to: chooseFailover(facts, to) }),
  material: (facts) => failoverMaterial(facts),

  plan(input, facts) {
    const found = failoverPreflight(facts, input);
    const { leader, target, timeline, checks, notes, stated } = found;
    return {
      summary: `Fail ${input.cluster} over from the lost ${leader} to ${target}: timeline ${timeline} -> ${timeline + 1}. Writes that only ${leader} has are lost.`,
      checks,
      notes,
      ...(stated === undefined ? {} : { stated }),
      risk: 'can-lose-data',
      steps: [promote(input.cluster, found), ...settleDown(input.cluster, found)],
    };
  },

  conclude: ({ to }, ended) => concludeFailover(to ?? 'the candidate', ended),
});

function promote(cluster: string, { leader, target, timeline, systemId, fence }: FailoverPreflight): Step {
  return {
    id: 'failover',
    title: `Promote ${target} without ${leader}`,
    within: minutes(5),
    still: [
      dcsHasQuorum(cluster),
      leaderIsDead(cluster, leader),
      ...(fence ? [fenced({ cluster, member: leader, by: fence })] : []),
      unless('candidate-advanced', mostAdvanced(cluster, target)),
    ],
    act: failover({ cluster, candidate: target, systemId, timeline }),
    until: primaryIs(cluster, target, { timeline: timeline + 1, from: leader }),
  };
}

/** What must come back; the old leader is not waited for. */
function settleDown(cluster: string, found: FailoverPreflight): readonly Step[] {
  const { target, timeline, replicas, archives } = found;
  const next = timeline + 1;
  const follow = replicas.map(
    (name): Step => ({
      id: `follows-${name}`,
      title: `Wait for ${name} to stream from ${target}`,
      within: minutes(5),
      until: streaming(cluster, [name], next),
    }),
  );
  const archive: Step = {
    id: 'archives',
    title: `Wait for ${target} to archive WAL`,
    within: minutes(5),
    until: archiverWorks(cluster, target, next),
  };
  return [...routeSteps(cluster, found), ...follow, ...(archives ? [archive] : []), ...writeSteps(cluster, found)];
}
