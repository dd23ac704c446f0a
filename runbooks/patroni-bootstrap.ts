import {
  BootstrapFacts,
  BootstrapInput,
  type BootstrapScene,
  bootstrapMaterial,
  bootstrapPreflight,
  bootstrapRisk,
  concludeBootstrap,
  configurePatroni,
  dataGone,
  deleteData,
  discardsData,
  exclusive,
  lookForBootstrap,
  memberJoined,
  milliseconds,
  minutes,
  runbook,
  type Step,
  serverIs,
  shared,
  sourceLeads,
  standbyStreams,
  startPatroni,
} from '#kit';

export default runbook({
  name: 'patroni-bootstrap',
  summary: 'Make a member of a Patroni cluster of a bare host',
  risk: 'interrupts-nothing',
  input: BootstrapInput,
  facts: BootstrapFacts,
  locks: ({ cluster, member }) => [shared.cluster(cluster), exclusive.copy(cluster), exclusive.member(cluster, member)],
  look: ({ cluster, member }, view) => lookForBootstrap(cluster, member, view),
  material: (facts) => bootstrapMaterial(facts),

  plan({ cluster, ...asked }, facts) {
    const { member } = asked;
    const { scene, checks, notes, copyWithinMs } = bootstrapPreflight(facts, asked);
    const leader = scene?.primary.name ?? facts.primary ?? member;
    return {
      summary: `Make ${member} a member of ${cluster}: Patroni copies ${scene ? leader : 'the leader'} and joins. Clients notice nothing.`,
      checks,
      notes,
      ...bootstrapRisk(scene),
      steps: scene
        ? [...discardOld(scene), ...joins(scene, copyWithinMs)]
        : [
            {
              ...{ id: 'streams', title: `Wait for ${member} to stream`, within: minutes(5) },
              until: standbyStreams({ cluster, member, primary: leader, timeline: 1 }),
            },
          ],
    };
  },

  conclude: ({ member }, ended) => concludeBootstrap(member, ended),
});

function joins({ cluster, member, primary, facts, maxRateKibPerSecond }: BootstrapScene, withinMs: number): readonly Step[] {
  const { systemId, timeline } = primary.sql;
  const role = facts.snapshot.cluster.joinsAs ?? 'replicator';
  return [
    {
      id: 'configure',
      title: `Write the configuration of Patroni on ${member} and have Patroni check it`,
      within: minutes(2),
      act: configurePatroni({ cluster, leader: primary.name, member, maxRateKibPerSecond }),
    },
    {
      id: 'join',
      title: `Start Patroni on ${member}, now and at every boot, and wait until it has copied ${primary.name} and streams`,
      within: milliseconds(withinMs),
      still: [
        sourceLeads({ cluster, member: primary.name, systemId, timeline }),
        serverIs({ cluster, member, process: 'not running', service: 'patroni' }),
      ],
      act: startPatroni({ cluster, member }),
      until: memberJoined({ cluster, member, leader: primary.name, role, timeline }),
    },
  ];
}

/** Before the copy, so that the disk has room for it. */
function discardOld(scene: BootstrapScene): readonly Step[] {
  const { cluster, member, host } = scene;
  if (!discardsData(scene)) return [];
  return [
    {
      id: 'discard',
      title: `Delete the old data directory ${host.places.dataDirectory} on ${member}`,
      within: minutes(10),
      still: [serverIs({ cluster, member, process: 'not running', service: 'patroni' })],
      act: deleteData({ cluster, member }),
      until: dataGone({ cluster, member }),
    },
  ];
}
