import {
  archiverWorks,
  ClusterName,
  checkpoint,
  chooseCandidate,
  concludeSwitchover,
  dcsHasQuorum,
  exclusive,
  lagUnder,
  lookForSwitchover,
  MemberName,
  minutes,
  noBackupRunning,
  noFailsafe,
  notPaused,
  primaryIs,
  proxiesRouteTo,
  runbook,
  type Step,
  SwitchoverFacts,
  type SwitchoverPreflight,
  streaming,
  switchover,
  switchoverMaterial,
  switchoverPreflight,
  unless,
} from '#kit';
import { z } from 'zod';

export default runbook({
  name: 'switchover',
  summary: 'Move the leader role to a standby, without loss',
  risk: 'interrupts-writes',
  input: z.object({ cluster: ClusterName, to: MemberName.optional() }),
  facts: SwitchoverFacts,
  locks: ({ cluster }) => [exclusive.cluster(cluster)],
  look: ({ cluster }, view) => lookForSwitchover(cluster, view),
  settle: ({ cluster, to }, facts) => ({ cluster, to: chooseCandidate(facts, to) }),
  material: (facts) => switchoverMaterial(facts),

  plan({ cluster, to }, facts) {
    const found = switchoverPreflight(facts, to);
    const { leader, target, timeline, checks, notes } = found;
    return {
      summary: `Switch ${cluster} over from ${leader} to ${target}: timeline ${timeline} -> ${timeline + 1}. Writes stop for some seconds.`,
      checks,
      notes,
      risk: 'interrupts-writes',
      steps: [...move(cluster, found), ...settleDown(cluster, found)],
    };
  },

  conclude: ({ to }, ended) => concludeSwitchover(to ?? 'the candidate', ended),
});

/** The change itself: nothing is interrupted before the third step. */
function move(cluster: string, { leader, target, timeline, systemId, maxLagBytes }: SwitchoverPreflight): readonly Step[] {
  return [
    {
      id: 'checkpoint',
      title: `Checkpoint ${leader}, so that its shutdown is quick`,
      within: minutes(5),
      act: checkpoint(cluster, leader),
    },
    {
      id: 'caught-up',
      title: `Wait until ${target} has caught up with ${leader}`,
      within: minutes(5),
      until: lagUnder(cluster, target, maxLagBytes),
    },
    {
      id: 'switchover',
      title: `Switch over ${leader} -> ${target}`,
      within: minutes(10),
      still: [
        dcsHasQuorum(cluster),
        notPaused(cluster),
        noFailsafe(cluster, leader),
        primaryIs(cluster, leader, { timeline }),
        streaming(cluster, [target], timeline),
        noBackupRunning(cluster, leader),
        unless('candidate-backup', noBackupRunning(cluster, target)),
      ],
      act: switchover({ cluster, leader, candidate: target, systemId, timeline }),
      until: primaryIs(cluster, target, { timeline: timeline + 1, from: leader }),
    },
  ];
}

/** What must come back, and what only the new leader can show. */
function settleDown(
  cluster: string,
  { leader, target, timeline, replicas, hasProxies, archives }: SwitchoverPreflight,
): readonly Step[] {
  const next = timeline + 1;
  const routed: Step = {
    id: 'routed',
    title: `Wait for the proxies to send writes to ${target}`,
    within: minutes(2),
    until: proxiesRouteTo(cluster, target),
  };
  const follow = [leader, ...replicas].map(
    (name): Step => ({
      id: name === leader ? 'rejoined' : `follows-${name}`,
      title: `Wait for ${name} to stream from ${target}`,
      within: name === leader ? minutes(10) : minutes(5),
      until: streaming(cluster, [name], next),
    }),
  );
  const archive: Step = {
    id: 'archives',
    title: `Wait for ${target} to archive WAL`,
    within: minutes(5),
    until: archiverWorks(cluster, target, next),
  };
  return [...(hasProxies ? [routed] : []), ...follow, ...(archives ? [archive] : [])];
}
