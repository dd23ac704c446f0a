import {
  ClusterName,
  checkpoint,
  chooseStandby,
  concludeSwitchover,
  dropLeftSlots,
  exclusive,
  type Follower,
  heldDown,
  fencePrimary,
  followPrimary,
  lagUnder,
  lookForStreamingSwitchover,
  MemberName,
  minutes,
  noBackupRunning,
  pauseSteps,
  poolersPaused,
  primaryIs,
  promoteStandby,
  resumeSteps,
  routeSteps,
  runbook,
  type Step,
  StreamingFacts,
  type StreamingPreflight,
  serverIs,
  shutdownReplayed,
  startAgain,
  stopPrimary,
  streaming,
  streamingMaterial,
  streamingPreflight,
  unless,
  writeSteps,
} from '#kit';
import { z } from 'zod';

export default runbook({
  name: 'streaming-switchover',
  summary: 'Swap primary and standby of a plain streaming cluster, without loss',
  risk: 'interrupts-writes',
  input: z.object({ cluster: ClusterName, to: MemberName.optional(), withoutPause: z.boolean().optional() }),
  facts: StreamingFacts,
  locks: ({ cluster }) => [exclusive.cluster(cluster)],
  look: ({ cluster, to }, view) => lookForStreamingSwitchover(cluster, to, view),
  settle: ({ to, ...asked }, facts) => ({ ...asked, to: chooseStandby(facts, to) }),
  material: (facts) => streamingMaterial(facts),

  plan({ cluster, to, withoutPause }, facts) {
    const found = streamingPreflight(facts, to, !withoutPause);
    const { leader, target, timeline, checks, notes, poolers } = found;
    return {
      summary: `Switch ${cluster} over from ${leader} to ${target}: timeline ${timeline} -> ${timeline + 1}. ${poolers.length > 0 ? 'Queries wait in PgBouncer' : 'Writes stop'} for some seconds.`,
      checks,
      notes,
      risk: 'interrupts-writes',
      steps: [...prepare(cluster, found), ...pauseSteps(cluster, found), ...swap(cluster, found), ...settleDown(cluster, found)],
    };
  },

  conclude: ({ to }, ended) => concludeSwitchover(to ?? 'the candidate', ended),
});

function prepare(cluster: string, { leader, target, maxLagBytes }: StreamingPreflight): readonly Step[] {
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

/** Until the promotion is claimed the old primary can be started again; from then on there is only forward. */
function swap(cluster: string, found: StreamingPreflight): readonly Step[] {
  const { leader, target, timeline, systemId, life, others, poolers } = found;
  const member = leader;
  const noBackups = [noBackupRunning(cluster, leader), unless('candidate-backup', noBackupRunning(cluster, target))];
  const nothingLost = shutdownReplayed({ cluster, stopped: leader, standby: target, systemId, timeline });
  return [
    {
      id: 'stop',
      title: `Stop ${leader} cleanly`,
      within: minutes(5),
      still: [
        primaryIs(cluster, leader, { timeline }),
        streaming(cluster, [target], timeline),
        ...noBackups,
        ...(poolers.length > 0 ? [poolersPaused(cluster)] : []),
      ],
      act: stopPrimary({ cluster, ...life, member, standby: target, others: [...others] }),
      until: serverIs({ cluster, member: leader, process: 'stopped', service: 'postgres' }),
      undo: startAgain({ cluster, ...life, member, standby: target, others: [...others] }),
    },
    {
      ...{ id: 'fence', within: minutes(1), act: fencePrimary({ cluster, member }), until: heldDown(cluster, leader) },
      title: `Keep ${leader} from starting as a second primary: mask its unit, write standby.signal`,
    },
    { id: 'replayed', title: `Wait until ${target} has replayed all of ${leader}`, within: minutes(2), until: nothingLost },
    {
      id: 'promote',
      title: `Promote ${target}`,
      within: minutes(2),
      still: [heldDown(cluster, leader), nothingLost],
      act: promoteStandby({ cluster, ...life, member: target }),
      until: primaryIs(cluster, target, { timeline: timeline + 1, from: leader }),
    },
  ];
}

function settleDown(cluster: string, found: StreamingPreflight): readonly Step[] {
  const { leader, target, timeline, rejoins, follows, slots } = found;
  const follow = ({ member, connection }: Follower): Step => ({
    id: member === leader ? 'rejoined' : `follows-${member}`,
    title: member === leader ? `Start ${leader} as a standby of ${target}` : `Point ${member} to ${target}`,
    within: member === leader ? minutes(10) : minutes(5),
    act: followPrimary({ cluster, member, primary: target, connection, starts: member === leader }),
    until: streaming(cluster, [member], timeline + 1),
  });
  return [
    ...routeSteps(cluster, found),
    ...resumeSteps(cluster, found),
    ...follows.map(follow),
    { id: 'answers', title: `See that ${leader} is still down`, within: minutes(15), until: heldDown(cluster, leader) },
    follow(rejoins),
    {
      id: 'slots',
      title: `Drop the slots that ${leader} kept for its standbys`,
      within: minutes(1),
      act: dropLeftSlots(cluster, leader, slots),
    },
    ...writeSteps(cluster, found),
  ];
}
