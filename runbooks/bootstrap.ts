import {
  allowReplication,
  BootstrapFacts,
  BootstrapInput,
  type BootstrapScene,
  bootstrapMaterial,
  bootstrapPreflight,
  bootstrapRisk,
  concludeBootstrap,
  configureStandby,
  copied,
  copyPlaced,
  copyPrimary,
  dataGone,
  deleteData,
  discardsData,
  exclusive,
  lookForBootstrap,
  milliseconds,
  minutes,
  placeCopy,
  replicationAllowed,
  replicationRole,
  reserveSlot,
  runbook,
  type Step,
  serverIs,
  shared,
  slotReserved,
  sourceLeads,
  standbyStreams,
  startStandby,
} from '#kit';

export default runbook({
  name: 'bootstrap',
  summary: 'Make a streaming standby of a bare host',
  risk: 'interrupts-nothing',
  input: BootstrapInput,
  facts: BootstrapFacts,
  locks: ({ cluster, member }) => [shared.cluster(cluster), exclusive.copy(cluster), exclusive.member(cluster, member)],
  look: ({ cluster, member }, view) => lookForBootstrap(cluster, member, view),
  material: (facts) => bootstrapMaterial(facts),

  plan({ cluster, ...asked }, facts) {
    const { member } = asked;
    const { scene, checks, notes, copyWithinMs } = bootstrapPreflight(facts, asked);
    const primary = scene?.primary.name ?? facts.primary ?? member;
    return {
      summary: `Make ${member} a standby of ${scene ? primary : cluster}, by a copy of its data. Clients notice nothing.`,
      checks,
      notes,
      ...bootstrapRisk(scene),
      steps: scene
        ? [...prepare(scene), ...(discardsData(scene) ? [discardOld(scene)] : []), ...copyOver(scene, copyWithinMs)]
        : [waitFor(cluster, member, primary)],
    };
  },

  conclude: ({ member }, ended) => concludeBootstrap(member, ended),
});

const waitFor = (cluster: string, member: string, primary: string): Step => ({
  ...{ id: 'streams', title: `Wait for ${member} to stream`, within: minutes(5) },
  until: standbyStreams({ cluster, member, primary, timeline: 1 }),
});

/** Who lets the new standby in, by which password, and how it is configured. */
function prepare(scene: BootstrapScene): readonly Step[] {
  const { cluster, member, address, name: role, primary, others, host, port } = scene;
  const { dataDirectory, configDirectory } = host.places;
  const all = [primary.name, ...others];
  const own = { host: address, port, dataDirectory };
  const configure = (folder: string): Step => ({
    ...{ id: 'configure', title: `Give ${member} a configuration like that of ${primary.name}`, within: minutes(2) },
    act: configureStandby({ cluster, primary: primary.name, member, ...own, configDirectory: folder }),
  });
  return [
    ...all.flatMap((upstream) => letIn(scene, upstream)),
    {
      ...{ id: 'role', within: minutes(2) },
      title: `Make the role ${role} with a generated password, kept in a file of mode 0600 on ${[member, ...all].join(', ')}`,
      act: replicationRole({ cluster, primary: primary.name, member, role, others: all }),
    },
    ...(configDirectory === undefined ? [] : [configure(configDirectory)]),
  ];
}

/** As roles swap, whoever leads is followed by this role from any other member (an old pg_hba.conf of the new one is kept, too). */
function letIn({ cluster, name: role, peers }: BootstrapScene, upstream: string): readonly Step[] {
  const addresses = peers.filter(({ name }) => name !== upstream).map(({ address }) => address);
  if (addresses.length === 0) return [];
  const access = { cluster, member: upstream, role, addresses };
  const title = `Let ${role} replicate from ${addresses.join(', ')} by password on ${upstream}: lines of pg_hba.conf, and a reload`;
  const how = { act: allowReplication(access), until: replicationAllowed(access) };
  return [{ id: `allow-${upstream}`, title, within: minutes(2), ...how }];
}

/** The long part: the slot keeps the WAL that is written meanwhile. */
function copyOver(scene: BootstrapScene, withinMs: number): readonly Step[] {
  const { cluster, member, name, primary, maxRateKibPerSecond, host } = scene;
  const { systemId, timeline } = primary.sql;
  const leads = sourceLeads({ cluster, member: primary.name, systemId, timeline });
  const down = serverIs({ cluster, member, process: 'not running', service: 'postgres' });
  const from = { member: primary.name, host: primary.host, port: primary.port };
  return [
    {
      ...{ id: 'slot', title: `Keep WAL on ${primary.name} for ${member} by the slot ${name}`, within: minutes(2) },
      still: [leads],
      act: reserveSlot({ cluster, primary: primary.name, member, slot: name }),
      until: slotReserved({ cluster, primary: primary.name, slot: name }),
    },
    {
      ...{ id: 'copy', title: `Copy ${primary.name} to ${member} by pg_basebackup`, within: milliseconds(withinMs) },
      still: [leads, down],
      act: copyPrimary({ cluster, member, from, role: name, slot: name, maxRateKibPerSecond, withinMs }),
      until: copied({ cluster, member, primary: primary.name, role: name, systemId, timeline }),
    },
    {
      id: 'place',
      title: `Move the copy into the place of ${host.places.dataDirectory}, as a standby`,
      within: minutes(2),
      act: placeCopy({ cluster, member, from, role: name, slot: name, passfile: host.places.passfile }),
      until: copyPlaced({ cluster, member, systemId }),
    },
    {
      id: 'start',
      title: `Start PostgreSQL on ${member}, now and at every boot, and wait until it streams`,
      within: minutes(30),
      still: [leads, down],
      act: startStandby({ cluster, member, slot: name }),
      until: standbyStreams({ cluster, member, primary: primary.name, timeline, slot: name }),
    },
    ...letIn(scene, member),
  ];
}

/** Before the copy, so that the disk has room for it. */
const discardOld = ({ cluster, member, host }: BootstrapScene): Step => ({
  id: 'discard',
  title: `Delete the old data directory ${host.places.dataDirectory} on ${member}`,
  within: minutes(10),
  still: [serverIs({ cluster, member, process: 'not running', service: 'postgres' })],
  act: deleteData({ cluster, member }),
  until: dataGone({ cluster, member }),
});
