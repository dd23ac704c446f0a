import { noIncidents } from './no-incidents.ts';
import { z } from 'zod';
import type { Check } from '../../src/core/check.ts';
import { runbook } from '../../src/core/runbook.ts';
import { holds, impossible, notYet, type Verdict } from '../../src/core/verdict.ts';
import type { View } from '../../src/core/view.ts';
import type { Duration } from '../../src/core/units.ts';
import type { Acts, States } from '../../src/runs/needs.ts';

/** A cluster of three members of which one leads, with the acts and states of a switchover, small enough to be read at once. */
export function fakeWorld() {
  const world = {
    leader: 'pg1',
    timeline: 4,
    streaming: true,
    quorum: true,
    /** Within its bound, so that it moves without any harm. */
    lagBytes: 0,
    /** Two blocks that can be overridden. */
    backup: false,
    busy: false,
    /** What the act does instead of working. */
    trouble: undefined as undefined | ((act: string) => Promise<void>),
    /** Called before a state is judged. */
    looked: undefined as undefined | ((state: string) => Promise<void>),
    acted: [] as string[],
    claims: new Set<string>(),
    /** Milliseconds for each step. */
    within: 60_000,
  };
  const acts: Acts = {
    repeat: (act) => (act === 'switchover' ? 'never' : 'harmless'),
    async perform({ act, args }, { claim }) {
      await world.trouble?.(act);
      if (act !== 'switchover') {
        world.acted.push(act);
        return { performed: true, says: 'done' };
      }
      if (world.claims.has(claim)) return { performed: false, says: 'asked already' };
      world.claims.add(claim);
      world.acted.push(act);
      world.leader = String(args.candidate);
      world.timeline += 1;
      return { performed: true, says: 'Switched over' };
    },
    canBeEnded: () => false,
    end: async () => undefined,
    debt: () => undefined,
    pays: () => [],
    explain: async () => ['patiently waiting'],
  };
  const judges: Record<string, (member: string) => Verdict> = {
    primaryIs: (member) => (world.leader === member ? holds(`${member} is the primary`) : notYet(`${world.leader} leads`)),
    noBackup: (member) => (world.backup ? notYet(`a base backup runs on ${member}`) : holds(`no base backup runs on ${member}`)),
    streaming: (member) => {
      if (!world.quorum) return impossible('the cluster is gone');
      return world.streaming ? holds(`${member} streams`) : notYet(`${member} does not stream`);
    },
  };
  const states: States = {
    async judge({ state, args }) {
      await world.looked?.(state);
      return judges[state]?.(String(args.member)) ?? notYet('no such state');
    },
    says: ({ state, args }) => `${state} ${String(args.member)}`,
  };
  const switchover = runbook({
    name: 'switchover',
    summary: 'Move the leader',
    risk: 'interrupts-writes',
    input: z.object({ cluster: z.string(), to: z.string().optional() }),
    facts: z.object({
      leader: z.string(),
      timeline: z.number(),
      quorum: z.boolean(),
      lagBytes: z.number(),
      backup: z.boolean(),
      busy: z.boolean(),
    }),
    locks: ({ cluster }) => [{ resource: `cluster:${cluster}`, shared: false }],
    look: async () => ({
      leader: world.leader,
      timeline: world.timeline,
      quorum: world.quorum,
      lagBytes: world.lagBytes,
      backup: world.backup,
      busy: world.busy,
    }),
    settle: ({ cluster, to }) => ({ cluster, to: to ?? 'pg2' }),
    material: ({ leader, timeline }) => ({ systemId: '739', leader, timeline }),
    conclude: ({ cluster }) => ({ says: `${world.leader} leads ${cluster} on timeline ${world.timeline}`, lines: [] }),
    plan: ({ cluster, to = 'pg2' }, { leader, quorum, lagBytes, backup, busy }) => ({
      summary: `Move the leader of ${cluster} from ${leader} to ${to}`,
      checks: [
        { id: 'streams', verdict: 'pass', says: lagBytes === 0 ? `${to} streams` : `${to} streams, ${lagBytes} B behind` },
        quorum
          ? { id: 'quorum', verdict: 'pass', says: 'etcd answers' }
          : { id: 'quorum', verdict: 'block', hard: true, says: 'etcd has no quorum', hint: 'Repair etcd first.' },
        ...softChecks(backup, busy),
      ],
      risk: 'interrupts-writes',
      steps: [
        {
          id: 'checkpoint',
          title: `Checkpoint ${leader}`,
          within: world.within as Duration,
          act: { act: 'checkpoint', args: { member: leader } },
        },
        {
          id: 'switchover',
          title: `Switch over ${leader} -> ${to}`,
          within: world.within as Duration,
          still: [
            { state: 'primaryIs', args: { member: leader } },
            { state: 'noBackup', args: { member: leader }, unless: 'backup' },
          ],
          act: { act: 'switchover', args: { leader, candidate: to } },
          until: { state: 'primaryIs', args: { member: to } },
        },
        {
          id: 'rejoined',
          title: `Wait for ${leader}`,
          within: world.within as Duration,
          until: { state: 'streaming', args: { member: leader } },
        },
      ],
    }),
  });
  return { world, acts, states, switchover };
}

function softChecks(backup: boolean, busy: boolean): readonly Check[] {
  const wait = 'Wait for it to end.';
  return [
    backup
      ? { id: 'backup', verdict: 'block', hard: false, says: 'a base backup runs on pg1', hint: wait }
      : { id: 'backup', verdict: 'pass', says: 'no base backup runs' },
    busy
      ? { id: 'busy', verdict: 'block', hard: false, says: 'a transaction runs for 20 min', hint: wait }
      : { id: 'busy', verdict: 'pass', says: 'no long transaction runs' },
  ];
}

/** A View of one cluster of which nothing but its name is asked. */
export function fakeView(): View {
  const refuse = () => Promise.reject(new Error('not asked in this test'));
  const cluster = (name: string) => ({ name, environment: 'production', mode: 'patroni' as const, scope: name, members: [] });
  return {
    clusters: () => [cluster('billing')],
    cluster,
    snapshot: async (name) => {
      const dcs = { ok: false as const, why: 'not asked', source: 'test', atMs: 0 };
      return { cluster: cluster(name), startedAtMs: 0, dcs, members: [], etcd: [], proxies: [] };
    },
    proxies: refuse,
    vip: refuse,
    dcs: refuse,
    member: refuse,
    sql: refuse,
    activity: refuse,
    server: refuse,
    poolers: refuse,
    backups: refuse,
    resumeTimers: refuse,
    reach: refuse,
    lingering: refuse,
    configLoadedAt: refuse,
    config: refuse,
    sessions: refuse,
    backend: refuse,
    clients: refuse,
    slots: refuse,
    memberLog: refuse,
    upstream: refuse,
    replicationLogin: refuse,
    sightings: refuse,
    leaderLease: refuse,
    dataDirectory: refuse,
    kept: refuse,
    rewindSource: refuse,
    unit: refuse,
    claim: refuse,
    lastWrite: () => ({ ok: false, why: 'not asked', source: 'test', atMs: 0 }),
    standbys: { host: refuse, source: refuse, progress: refuse, rules: refuse, etcdAccess: refuse },
    lagHistory: () => [],
    limits: () => {
      throw new Error('not asked in this test');
    },
    runs: refuse,
    run: refuse,
    lastLeaderChange: refuse,
    leaderChanges: refuse,
    openIncidents: refuse,
    unreadableRuns: async () => [],
    debts: refuse,
    ...noIncidents,
    maintenance: refuse,
    openReviews: refuse,
    now: () => 0,
  };
}
