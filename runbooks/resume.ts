import {
  type Check,
  ClusterName,
  dcsHasQuorum,
  exclusive,
  lookAtPatroni,
  PatroniFacts,
  patroniMaterial,
  patroniScene,
  primaryIs,
  resume,
  resumed,
  resumePreflight,
  reachesAll,
  runbook,
  shared,
} from '#kit';
import { z } from 'zod';

export default runbook({
  name: 'resume',
  summary: 'Give a paused cluster back to Patroni; the plan says what Patroni will do',
  risk: 'interrupts-nothing',
  input: z.object({ cluster: ClusterName }),
  facts: PatroniFacts,
  // Shared: while a copy of hours runs on a paused cluster, nobody takes over.
  locks: ({ cluster }) => [shared.cluster(cluster), exclusive.config(cluster)],
  look: ({ cluster }, view) => lookAtPatroni(cluster, view),
  material: patroniMaterial,

  plan({ cluster }, facts) {
    const scene = patroniScene(facts);
    const { checks, ...risk } = resumePreflight(scene, facts.atMs);
    const { leader, timeline } = patroniMaterial(facts);
    // A guard that would not hold now could never be passed: it stands where a primary does, and no switchover is scheduled.
    const leads = leader !== null && scene.primaries.length === 1 && scene.primaries[0] === leader && !scene.dcs.failover;
    return {
      summary: `Resume Patroni of ${cluster}.`,
      checks,
      notes: whatItWillDo(checks),
      ...risk,
      steps: [
        {
          id: 'resume',
          title: `Resume Patroni of ${cluster}`,
          within: reachesAll(scene),
          still: [dcsHasQuorum(cluster), ...(leads ? [primaryIs(cluster, leader, { timeline })] : [])],
          act: resume({ cluster, via: scene.via }),
          until: resumed(cluster),
        },
      ],
    };
  },
  conclude: ({ cluster }, { snapshot, journal }) => {
    const leader = snapshot.dcs.ok ? snapshot.dcs.value.leader : undefined;
    const note = journal.resume?.note;
    return {
      says: `${cluster}: ${leader ? `${leader} holds the leader key` : 'nobody holds the leader key yet'}. See \`/pg status ${cluster}\``,
      lines: note ? [{ sign: 'info', text: note }] : [],
    };
  },
});

function whatItWillDo(checks: readonly Check[]): readonly string[] {
  const acts = checks.some(({ verdict }) => verdict !== 'pass');
  return [
    acts
      ? 'On resume Patroni acts at once, as the warnings say; the rest stays as it is.'
      : 'On resume Patroni will change nothing: it watches again.',
  ];
}
