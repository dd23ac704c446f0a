import {
  allowReplication,
  BootstrapFacts,
  type BootstrapScene,
  bootstrapMaterial,
  bootstrapPreflight,
  ClusterName,
  concludeBootstrap,
  configureStandby,
  copied,
  copyPlaced,
  copyPrimary,
  exclusive,
  lookForBootstrap,
  MemberName,
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
import { z } from 'zod';

export default runbook({
  name: 'bootstrap',
  summary: 'Make a streaming standby of a bare host',
  risk: 'interrupts-nothing',
  input: z.object({ cluster: ClusterName, member: MemberName, maxRateKibPerSecond: z.number().int().min(32).max(1_048_576) }),
  facts: BootstrapFacts,
  locks: ({ cluster, member }) => [shared.cluster(cluster), exclusive.member(cluster, member)],
  look: ({ cluster, member }, view) => lookForBootstrap(cluster, member, view),
  material: (facts) => bootstrapMaterial(facts),

  plan({ cluster, member, maxRateKibPerSecond }, facts) {
    const { scene, checks, notes, copyWithinMs } = bootstrapPreflight(facts, { member, maxRateKibPerSecond });
    const primary = scene?.primary.name ?? facts.primary ?? member;
    return {
      summary: `Make ${member} a standby of ${scene ? primary : cluster}, by a copy of its data. Clients notice nothing.`,
      checks,
      notes,
      risk: 'interrupts-nothing',
      steps: scene
        ? [...prepare(scene), ...copyOver(scene, copyWithinMs), ...startIt(scene)]
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
function prepare({ cluster, member, address, name: role, primary, others, host, port }: BootstrapScene): readonly Step[] {
  const { dataDirectory, configDirectory } = host.places;
  const bits = address.includes(':') ? 128 : 32;
  const configure = (folder: string): Step => ({
    id: 'configure',
    title: `Give ${member} a configuration like that of ${primary.name}`,
    within: minutes(2),
    act: configureStandby({
      ...{ cluster, primary: primary.name, member, host: address, port },
      ...{ dataDirectory, configDirectory: folder },
    }),
  });
  return [
    ...[primary.name, ...others].map(
      (upstream): Step => ({
        id: `allow-${upstream}`,
        title: `Let ${role} replicate from ${address} by password on ${upstream}: one line of pg_hba.conf, and a reload`,
        within: minutes(2),
        act: allowReplication({ cluster, member: upstream, role, address: `${address}/${bits}` }),
        until: replicationAllowed({ cluster, member: upstream, role, address }),
      }),
    ),
    {
      id: 'role',
      title: `Make the role ${role} with a password that only ${member} has`,
      within: minutes(2),
      act: replicationRole({ cluster, primary: primary.name, member, role }),
    },
    ...(configDirectory === undefined ? [] : [configure(configDirectory)]),
  ];
}

/** The long part: the slot keeps the WAL that is written meanwhile. */
function copyOver(scene: BootstrapScene, withinMs: number): readonly Step[] {
  const { cluster, member, name, primary, maxRateKibPerSecond, host } = scene;
  const { systemId, timeline } = primary.sql;
  const leads = sourceLeads({ cluster, member: primary.name, systemId, timeline });
  const down = serverIs({ cluster, member, process: 'stopped', service: 'postgres' });
  const from = { member: primary.name, host: primary.host, port: primary.port };
  return [
    {
      id: 'slot',
      title: `Keep WAL on ${primary.name} for ${member} by the slot ${name}`,
      within: minutes(2),
      still: [leads],
      act: reserveSlot({ cluster, primary: primary.name, member, slot: name }),
      until: slotReserved({ cluster, primary: primary.name, slot: name }),
    },
    {
      id: 'copy',
      title: `Copy ${primary.name} to ${member} by pg_basebackup`,
      within: milliseconds(withinMs),
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
  ];
}

function startIt({ cluster, member, name: slot, primary }: BootstrapScene): readonly Step[] {
  const { systemId, timeline } = primary.sql;
  return [
    {
      id: 'start',
      title: `Start PostgreSQL on ${member}, now and at every boot, and wait until it streams`,
      within: minutes(30),
      still: [
        sourceLeads({ cluster, member: primary.name, systemId, timeline }),
        serverIs({ cluster, member, process: 'stopped', service: 'postgres' }),
      ],
      act: startStandby({ cluster, member, slot }),
      until: standbyStreams({ cluster, member, primary: primary.name, timeline, slot }),
    },
  ];
}
