import {
  backupRecovered,
  backupRestored,
  ClusterName,
  checkpoint,
  concludeRebuild,
  deleteKept,
  exclusive,
  forgetRewind,
  holdServer,
  hours,
  keepWal,
  keptGone,
  lookForRebuild,
  MemberName,
  minutes,
  notPaused,
  planRebuild,
  primaryIs,
  RebuildFacts,
  type Rebuild,
  rebuildMaterial,
  recoverBackup,
  rehearseRewind,
  restoreBackup,
  rewind,
  rewound,
  runbook,
  type Step,
  seconds,
  serverIs,
  setAside,
  setAsideAs,
  startServer,
  stopServer,
  streaming,
} from '#kit';
import { z } from 'zod';

interface Named extends Rebuild {
  readonly cluster: string;
  readonly node: string;
}

export default runbook({
  name: 'rebuild',
  summary: 'Bring a member that does not stream back: by Patroni itself, by a rewind, by a backup, or by a new copy',
  risk: 'interrupts-nothing',
  input: z.object({
    cluster: ClusterName,
    node: MemberName,
    how: z.enum(['auto', 'rewind', 'delta', 'reinit']).default('auto'),
    discard: MemberName.optional(),
  }),
  facts: RebuildFacts,
  locks: ({ cluster, node }) => [exclusive.cluster(cluster), exclusive.member(cluster, node)],
  look: ({ cluster, node }, view) => lookForRebuild(cluster, node, view),
  material: (facts) => rebuildMaterial(facts),

  plan({ cluster, node, how, discard }, facts) {
    const rebuild = { ...planRebuild(facts, { how, discard }), cluster, node };
    const { way, checks, notes, discards } = rebuild;
    return {
      summary: `Rebuild ${node} of ${cluster}: ${rebuild.summary}`,
      checks,
      notes,
      risk: discards === undefined ? 'interrupts-nothing' : 'can-lose-data',
      ...(discards === undefined ? {} : { riskReason: discards }),
      steps: STEPS[way](rebuild),
    };
  },

  conclude: (_input, ended) => concludeRebuild(ended),
});

const STEPS: Readonly<Record<Rebuild['way'], (rebuild: Named) => readonly Step[]>> = {
  nothing: (rebuild) => [streams(rebuild)],
  wait: (rebuild) => [streams(rebuild)],
  rewind: (rebuild) => [stop(rebuild), hold(rebuild), ...keep(rebuild), ...rewindIt(rebuild), start(rebuild, minutes(15))],
  delta: (rebuild) => [...[stop(rebuild), hold(rebuild), ...keep(rebuild), ...restoreOver(rebuild)], start(rebuild, hours(6))],
  reinit: (rebuild) => [stop(rebuild), ...(rebuild.hasData ? replace(rebuild) : []), start(rebuild, hours(6))],
};

function streams({ cluster, node, leader, timeline }: Named): Step {
  const title = `Wait until ${node} streams from ${leader}`;
  return { id: 'streams', title, within: minutes(5), until: streaming(cluster, [node], timeline) };
}

function stop({ cluster, node, leader, timeline, systemId, hasData }: Named): Step {
  return {
    ...{ id: 'stop', title: `Stop Patroni and PostgreSQL on ${node}`, within: minutes(10) },
    still: [notPaused(cluster), primaryIs(cluster, leader, { timeline })],
    act: stopServer({ cluster, member: node, service: 'patroni', systemId, timeline }),
    until: serverIs({ cluster, member: node, process: hasData ? 'stopped' : 'not running', service: 'patroni' }),
  };
}

function hold({ cluster, node }: Named): Step {
  const title = `Mask Patroni's unit on ${node}, so that no reboot starts it half done`;
  const of = { cluster, member: node, service: 'patroni' } as const;
  const until = serverIs({ ...of, process: 'stopped', masked: true });
  return { id: 'hold', title, within: seconds(30), act: holdServer(of), until };
}

function keep({ cluster, node, keepWal: kept }: Named): readonly Step[] {
  if (!kept) return [];
  const act = keepWal({ cluster, member: node, ...kept });
  return [{ id: 'keep-wal', title: `Keep the WAL of the lost branch of ${node} aside`, within: minutes(30), act }];
}

function rewindIt({ cluster, node, leader, timeline, claim, restoreWal }: Named): readonly Step[] {
  const source = { cluster, member: node, source: leader, restoreWal };
  const flushed = `Checkpoint ${leader}, as pg_rewind reads its control file`;
  const rehearsed = `Rehearse the rewind of ${node} without writing (pg_rewind --dry-run)`;
  return [
    { id: 'checkpoint', title: flushed, within: minutes(10), act: checkpoint(cluster, leader) },
    { id: 'rehearse', title: rehearsed, within: minutes(60), act: rehearseRewind(source) },
    {
      ...{ id: 'rewind', title: `Rewind ${node} to ${leader}`, within: hours(6) },
      still: [primaryIs(cluster, leader, { timeline })],
      act: rewind({ ...source, claim, withinMs: hours(6) }),
      until: rewound({ cluster, member: node, claim, timeline }),
    },
    whole({ cluster, node }),
  ];
}

function restoreOver({ cluster, node, leader, timeline, systemId, restore }: Named): readonly Step[] {
  if (!restore) return [];
  const { set, claim, recovery, bytes } = restore;
  const member = { cluster, member: node };
  const still = [
    primaryIs(cluster, leader, { timeline }),
    serverIs({ ...member, process: 'stopped', service: 'patroni', masked: true }),
  ] as const;
  return [
    {
      ...{ id: 'restore', title: `Restore ${set} on ${node} by pgBackRest, as far as it differs`, within: hours(12), still },
      act: restoreBackup({ ...member, set, claim, withinMs: hours(12) }),
      until: backupRestored({ ...member, set, claim, ...(bytes === undefined ? {} : { bytes }) }),
    },
    {
      ...{ id: 'recover', title: `Recover the backup on ${node} to its end, with nobody let in`, within: hours(6), still },
      act: recoverBackup({ ...member, claim: recovery, withinMs: hours(6) }),
      until: backupRecovered({ ...member, claim: recovery, systemId }),
    },
    whole({ cluster, node }),
  ];
}

function whole({ cluster, node }: Pick<Named, 'cluster' | 'node'>): Step {
  return { id: 'whole', title: `Note that ${node} is whole again`, within: seconds(30), act: forgetRewind(cluster, node) };
}

function replace({ cluster, node, leader, timeline, systemId, oldSuffix, deletesOld }: Named): readonly Step[] {
  const still = [primaryIs(cluster, leader, { timeline })] as const;
  const old = { cluster, member: node, suffix: oldSuffix };
  const remove: Step = {
    ...{ id: 'delete-old', title: `Delete the old data directory of ${node}, as there is no room for both`, within: minutes(60) },
    ...{ still, act: deleteKept(old), until: keptGone(cluster, node, oldSuffix) },
  };
  return [
    {
      ...{ id: 'set-aside', title: `Set the data directory of ${node} aside as .${oldSuffix}`, within: minutes(2) },
      ...{ still, act: setAside({ ...old, systemId, timeline }), until: setAsideAs(cluster, node, oldSuffix) },
    },
    ...(deletesOld ? [remove] : []),
    whole({ cluster, node }),
  ];
}

function start({ cluster, node, leader, timeline }: Named, within: Step['within']): Step {
  const title = `Start Patroni on ${node} and wait until it streams from ${leader}`;
  const act = startServer({ cluster, member: node, service: 'patroni' });
  return { id: 'start', title, within, act, until: streaming(cluster, [node], timeline) };
}
