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
  pauseSteps,
  poolersPaused,
  primaryIs,
  resumeSteps,
  routeSteps,
  runbook,
  type Step,
  SwitchoverFacts,
  type SwitchoverPreflight,
  streaming,
  switchover,
  switchoverMaterial,
  switchoverPreflight,
  unless,
  writeSteps,
} from '#kit';
import { z } from 'zod';

export default runbook({
  name: 'switchover',
  summary: 'Move the leader role to a standby, without loss',
  risk: 'interrupts-writes',
  input: z.object({ cluster: ClusterName, to: MemberName.optional(), withoutPause: z.boolean().optional() }),
  facts: SwitchoverFacts,
  locks: ({ cluster }) => [exclusive.cluster(cluster)],
  look: ({ cluster }, view) => lookForSwitchover(cluster, view),
  settle: ({ to, ...asked }, facts) => ({ ...asked, to: chooseCandidate(facts, to) }),
  material: (facts) => switchoverMaterial(facts),

  plan({ cluster, to, withoutPause }, facts) {
    const found = switchoverPreflight(facts, to, !withoutPause);
    const { leader, target, timeline, checks, notes, poolers } = found;
    return {
      summary: `Switch ${cluster} over from ${leader} to ${target}: timeline ${timeline} -> ${timeline + 1}. ${poolers.length > 0 ? 'Queries wait in PgBouncer' : 'Writes stop'} for some seconds.`,
      checks,
      notes,
      risk: 'interrupts-writes',
      steps: [...prepare(cluster, found), ...pauseSteps(cluster, found), move(cluster, found), ...settleDown(cluster, found)],
    };
  },

  conclude: ({ to }, ended) => concludeSwitchover(to ?? 'the candidate', ended),
});

function prepare(cluster: string, { leader, target, maxLagBytes }: SwitchoverPreflight): readonly Step[] {
  return [
    {
      ...{ id: 'checkpoint', within: minutes(5), act: checkpoint(cluster, leader) },
      title: `Checkpoint ${leader}, so that its shutdown is quick`,
    },
    {
      ...{ id: 'caught-up', within: minutes(5), until: lagUnder(cluster, target, maxLagBytes) },
      title: `Wait until ${target} has caught up with ${leader}`,
    },
  ];
}

/** The change itself. */
function move(cluster: string, { leader, target, timeline, systemId, poolers }: SwitchoverPreflight): Step {
  return {
    ...{ id: 'switchover', within: minutes(10) },
    title: `Switch over ${leader} -> ${target}`,
    still: [
      dcsHasQuorum(cluster),
      notPaused(cluster),
      noFailsafe(cluster, leader),
      primaryIs(cluster, leader, { timeline }),
      streaming(cluster, [target], timeline),
      noBackupRunning(cluster, leader),
      unless('candidate-backup', noBackupRunning(cluster, target)),
      ...(poolers.length > 0 ? [poolersPaused(cluster)] : []),
    ],
    act: switchover({ cluster, leader, candidate: target, systemId, timeline }),
    until: primaryIs(cluster, target, { timeline: timeline + 1, from: leader }),
  };
}

/** What must come back, and what only the new leader can show. */
function settleDown(cluster: string, found: SwitchoverPreflight): readonly Step[] {
  const { leader, target, timeline, replicas, archives } = found;
  const next = timeline + 1;
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
  return [
    ...routeSteps(cluster, found),
    ...resumeSteps(cluster, found),
    ...follow,
    ...(archives ? [archive] : []),
    ...writeSteps(cluster, found),
  ];
}
