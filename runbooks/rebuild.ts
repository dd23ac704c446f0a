import {
  backupRecovered,
  backupRestored,
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
  minutes,
  notPaused,
  planRebuild,
  primaryIs,
  RebuildFacts,
  RebuildInput,
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
  shared,
  startServer,
  stopServer,
  streaming,
} from '#kit';

type Named = Rebuild & { readonly cluster: string; readonly node: string };

export default runbook({
  name: 'rebuild',
  summary: 'Bring a member that does not stream back: by Patroni itself, by a rewind, by a backup, or by a new copy',
  risk: 'interrupts-nothing',
  input: RebuildInput,
  facts: RebuildFacts,
  locks: ({ cluster, node }) => [shared.cluster(cluster), exclusive.copy(cluster), exclusive.member(cluster, node)],
  look: ({ cluster, node }, view) => lookForRebuild(cluster, node, view),
  material: (facts) => rebuildMaterial(facts),

  plan({ cluster, node, how, discard }, facts) {
    const rebuild = { ...planRebuild(facts, { how, discard }), cluster, node };
    const { way, checks, notes, discards } = rebuild;
    return {
      summary: `Rebuild ${node} of ${cluster}: ${rebuild.summary}`,
      ...{ checks, notes },
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
  rewind: (rebuild) => [stop(rebuild), ...held(rebuild), ...rewindIt(rebuild), start(rebuild, minutes(15))],
  delta: (rebuild) => [stop(rebuild), ...held(rebuild), ...restoreOver(rebuild), start(rebuild, hours(6))],
  reinit: (rebuild) => [stop(rebuild), ...(rebuild.hasData ? replace(rebuild) : []), start(rebuild, hours(6))],
};
const HELD = { process: 'stopped', service: 'patroni', masked: true } as const;

function streams({ cluster, node, leader, timeline }: Named): Step {
  const title = `Wait until ${node} streams from ${leader}`;
  return { id: 'streams', title, within: minutes(5), until: streaming(cluster, [node], timeline) };
}

function stop({ cluster, node: member, leader, timeline, systemId, hasData }: Named): Step {
  return {
    ...{ id: 'stop', title: `Stop Patroni and PostgreSQL on ${member}`, within: minutes(10) },
    still: [notPaused(cluster), primaryIs(cluster, leader, { timeline })],
    act: stopServer({ cluster, member, service: 'patroni', systemId, timeline }),
    until: serverIs({ cluster, member, process: hasData ? 'stopped' : 'not running', service: 'patroni' }),
  };
}

function held({ cluster, node: member, keepWal: kept }: Named): readonly Step[] {
  const title = `Mask Patroni's unit on ${member}, so that no reboot starts it half done`;
  const hold = { act: holdServer({ cluster, member, service: 'patroni' }), until: serverIs({ cluster, member, ...HELD }) };
  const aside = `Keep the WAL of the lost branch of ${member} aside`;
  return [
    { id: 'hold', title, within: seconds(30), ...hold },
    ...(kept ? [{ id: 'keep-wal', title: aside, within: minutes(30), act: keepWal({ cluster, member, ...kept }) }] : []),
  ];
}

function rewindIt({ cluster, node: member, leader, timeline, claim, restoreWal }: Named): readonly Step[] {
  const source = { cluster, member, source: leader, restoreWal };
  const still = [primaryIs(cluster, leader, { timeline })] as const;
  const does = { act: rewind({ ...source, claim, withinMs: hours(6) }), until: rewound({ cluster, member, claim, timeline }) };
  const flushed = `Checkpoint ${leader}, as pg_rewind reads its control file`;
  const rehearsed = `Rehearse the rewind of ${member} without writing (pg_rewind --dry-run)`;
  return [
    { id: 'checkpoint', title: flushed, within: minutes(10), act: checkpoint(cluster, leader) },
    { id: 'rehearse', title: rehearsed, within: minutes(60), act: rehearseRewind(source) },
    { id: 'rewind', title: `Rewind ${member} to ${leader}`, within: hours(6), still, ...does },
    whole(cluster, member),
  ];
}

function restoreOver({ cluster, node: member, leader, timeline, systemId, restore }: Named): readonly Step[] {
  const { recovery, ...backup } = { cluster, member, ...restore };
  const after = { cluster, member, claim: recovery };
  const still = [primaryIs(cluster, leader, { timeline }), serverIs({ cluster, member, ...HELD })] as const;
  const does = { act: restoreBackup({ ...backup, withinMs: hours(12) }), until: backupRestored(backup) };
  const then = { act: recoverBackup({ ...after, withinMs: hours(6) }), until: backupRecovered({ ...after, systemId }) };
  const title = `Restore ${backup.set} on ${member} by pgBackRest, as far as it differs`;
  return [
    { id: 'restore', title, within: hours(12), still, ...does },
    { id: 'recover', title: `Recover the backup on ${member} to its end, with nobody let in`, within: hours(6), still, ...then },
    whole(cluster, member),
  ];
}

function whole(cluster: string, node: string): Step {
  return { id: 'whole', title: `Note that ${node} is whole again`, within: seconds(30), act: forgetRewind(cluster, node) };
}

function replace({ cluster, node: member, leader, timeline, systemId, oldSuffix: suffix, deletesOld }: Named): readonly Step[] {
  const still = [primaryIs(cluster, leader, { timeline })] as const;
  const old = { cluster, member, suffix };
  const put = { act: setAside({ ...old, systemId, timeline }), until: setAsideAs(cluster, member, suffix) };
  const remove = { act: deleteKept(old), until: keptGone(cluster, member, suffix) };
  const removes = `Delete the old data directory of ${member}, as there is no room for both`;
  return [
    { id: 'set-aside', title: `Set the data directory of ${member} aside as .${suffix}`, within: minutes(2), still, ...put },
    ...(deletesOld ? [{ id: 'delete-old', title: removes, within: minutes(60), still, ...remove }] : []),
    whole(cluster, member),
  ];
}

function start({ cluster, node: member, leader, timeline }: Named, within: Step['within']): Step {
  const title = `Start Patroni on ${member} and wait until it streams from ${leader}`;
  const act = startServer({ cluster, member, service: 'patroni' });
  return { id: 'start', title, within, act, until: streaming(cluster, [member], timeline) };
}
