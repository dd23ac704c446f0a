import {
  archiverWorks,
  asPlanned,
  checkpoint,
  concludeRestart,
  dcsHasQuorum,
  followRestarted,
  lagUnder,
  lookForRestart,
  minutes,
  noBackupRunning,
  noFailsafe,
  notPaused,
  primaryIs,
  proxiesRouteTo,
  RestartFacts,
  RestartInput,
  type RestartPreflight,
  restart,
  restarted,
  restartLocks,
  restartMaterial,
  restartPreflight,
  restartSummary,
  runbook,
  type Step,
  settleRestart,
  streaming,
  switchover,
  unless,
} from '#kit';

export default runbook({
  name: 'restart',
  summary: 'Restart PostgreSQL on one member, or on all that wait for it, one at a time',
  risk: 'interrupts-nothing',
  input: RestartInput,
  facts: RestartFacts,
  locks: (input) => restartLocks(input),
  look: ({ cluster, ...asked }, view) => lookForRestart(cluster, asked, view),
  settle: ({ cluster, ...asked }, facts) => ({ cluster, ...settleRestart(facts, asked) }),
  material: (facts) => restartMaterial(facts),

  plan({ cluster, ...asked }, facts) {
    const found = restartPreflight(facts, asked);
    const { checks, notes, harm, lead } = found;
    const of: Of = { ...found, cluster, onlyPending: asked.pending === true };
    const replicas = found.replicas.map((one) => ofReplica(of, one));
    const leader = lead ? ofLeader(of, lead) : [];
    return {
      summary: restartSummary(cluster, found),
      checks,
      notes,
      ...harm,
      steps: lead?.when === 'first' ? [...leader, ...replicas] : [...replicas, ...leader],
    };
  },

  conclude: (_input, ended) => concludeRestart(ended),
});

type Of = RestartPreflight & { readonly cluster: string; readonly onlyPending: boolean };
type Lead = NonNullable<RestartPreflight['lead']>;

const guards = ({ cluster, leader, timeline }: Of) =>
  [dcsHasQuorum(cluster), noFailsafe(cluster, leader), primaryIs(cluster, leader, { timeline })] as const;

function ofReplica(of: Of, { name, startedAtMs }: Of['replicas'][number]): Step {
  const { cluster, timeline, systemId, maxLagBytes, onlyPending } = of;
  const others = of.streaming.filter((other) => other !== name);
  return {
    id: `restart-${name}`,
    title: `Restart ${name} and wait until it streams again`,
    within: minutes(30),
    still: [
      ...guards(of),
      asPlanned(cluster, name, startedAtMs || undefined),
      ...(others.length > 0 ? [streaming(cluster, others, timeline)] : []),
      unless(`${name}-backup`, noBackupRunning(cluster, name)),
    ],
    act: restart({ cluster, member: name, role: 'replica', onlyPending, systemId, timeline }),
    until: restarted({ cluster, member: name, role: 'replica', startedAtMs, timeline, maxLagBytes }),
  };
}

function ofLeader(of: Of, lead: Lead): readonly Step[] {
  const title = `Checkpoint ${lead.name}, so that its shutdown is quick`;
  const first: Step = { id: 'checkpoint', title, within: minutes(5), act: checkpoint(of.cluster, lead.name) };
  return [first, ...(lead.target === undefined ? inPlace(of, lead) : bySwitchover(of, lead, lead.target))];
}

function inPlace(of: Of, { name, startedAtMs }: Lead): readonly Step[] {
  const { cluster, timeline, systemId, maxLagBytes, onlyPending, startWithinS } = of;
  const members = [...of.streaming];
  const back = followRestarted({ cluster, leader: name, startedAtMs, members, timeline, maxLagBytes });
  return [
    {
      id: `restart-${name}`,
      title: `Restart the leader ${name} in its place`,
      within: minutes(30),
      still: [
        ...guards(of),
        asPlanned(cluster, name, startedAtMs || undefined),
        ...(members.length > 0 ? [streaming(cluster, members, timeline)] : []),
        unless('leader-base-backup', noBackupRunning(cluster, name)),
      ],
      act: restart({ cluster, member: name, role: 'leader', onlyPending, startWithinS, systemId, timeline }),
      until: restarted({ cluster, member: name, role: 'leader', startedAtMs, timeline, maxLagBytes }),
    },
    ...(members.length > 0 ? [wait('follow', `Wait for ${members.join(' and ')} to stream from ${name} again`, back)] : []),
  ];
}

/** Patroni restarts the old leader itself when it makes a standby of it. */
function bySwitchover(of: Of, { name, startedAtMs }: Lead, target: string): readonly Step[] {
  const { cluster, timeline, systemId, maxLagBytes } = of;
  const next = timeline + 1;
  const asStandby = restarted({ cluster, member: name, role: 'replica', startedAtMs, timeline: next, maxLagBytes });
  const others = of.streaming.filter((other) => other !== target);
  const follows = (other: string) =>
    wait(`follows-${other}`, `Wait for ${other} to follow ${target}`, streaming(cluster, [other], next));
  const routed = wait('routed', `Wait for the proxies to send writes to ${target}`, proxiesRouteTo(cluster, target));
  return [
    wait('caught-up', `Wait until ${target} has caught up with ${name}`, lagUnder(cluster, target, maxLagBytes)),
    {
      id: 'switchover',
      title: `Switch over ${name} -> ${target}`,
      within: minutes(10),
      still: [
        ...guards(of),
        notPaused(cluster),
        streaming(cluster, [target], timeline),
        noBackupRunning(cluster, name),
        unless('candidate-backup', noBackupRunning(cluster, target)),
      ],
      act: switchover({ cluster, leader: name, candidate: target, systemId, timeline }),
      until: primaryIs(cluster, target, { timeline: next, from: name }),
    },
    ...(of.hasProxies ? [routed] : []),
    wait(`restarted-${name}`, `Wait for ${name}, restarted as a standby, to stream from ${target}`, asStandby),
    ...others.map(follows),
    ...(of.archives ? [wait('archives', `Wait for ${target} to archive WAL`, archiverWorks(cluster, target, next))] : []),
  ];
}

const wait = (id: string, title: string, until: Step['until'] & object): Step => ({ id, title, within: minutes(10), until });
