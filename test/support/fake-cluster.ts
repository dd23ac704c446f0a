import type { Hands } from '../../src/acts/hands.ts';
import type { Dcs, MemberReadings, ProxyReadings, SqlMember } from '../../src/core/cluster.ts';
import type { ResumeTimer } from '../../src/core/pooler.ts';
import { refusal } from '../../src/core/errors.ts';
import type { Reading } from '../../src/core/reading.ts';
import type { View } from '../../src/core/view.ts';
import type { SwitchoverFacts } from '../../src/checks/switchover-facts.ts';
import { fakePoolers } from './fake-poolers.ts';
import { fakeUnits } from './fake-units.ts';
import { healthyCluster, type Loose, NOW, read, type Shown, sqlOf, statsFor, WAL_LSN } from './healthy-cluster.ts';

/** How Patroni behaves when it is asked to switch over. */
export type Behaviour = 'works' | 'hangs' | 'refuses' | 'other-wins' | 'gives-up';

export interface FakeCluster {
  readonly view: View;
  readonly hands: Hands;
  /** What is shown; a test changes it in place. */
  readonly shown: Shown;
  facts(): SwitchoverFacts;
  /** Moves the leader, as a switchover that worked would. */
  promote(name: string): void;
  /** Everything that changed or asked something, in order: `checkpoint pg1`, `claim pg1 ...`, `switchover pg1 -> pg2`. */
  readonly done: string[];
  behaviour: Behaviour;
  /** Names of PgBouncers that are not paused in time. */
  readonly busyPoolers: Set<string>;
  log: string;
  now: number;
}

/** Three members, pg1 leads on timeline 7; two HAProxy, a VIP, three etcd; all healthy. It has its own state and no network. */
export function fakeCluster(): FakeCluster {
  const shown = healthyCluster();
  const claims = new Set<string>();
  const done: string[] = [];
  const poolers = fakePoolers(() => fake);
  const fake: FakeCluster = {
    shown,
    done,
    behaviour: 'works',
    log: '',
    now: NOW,
    facts: () => ({ atMs: fake.now, ...structuredClone(shown) }),
    promote: (name) => promote(fake, name),
    view: viewOf(() => fake, poolers.timers),
    busyPoolers: poolers.busy,
    hands: {
      now: () => fake.now,
      patroni: {
        async switchover(_cluster, { leader, candidate }) {
          fake.done.push(`switchover ${leader} -> ${candidate}`);
          return answer(fake, leader, candidate);
        },
        async failover(_cluster, { candidate }) {
          fake.done.push(`failover to ${candidate}`);
          return answer(fake, '', candidate);
        },
      },
      hosts: {
        async run(_cluster, member, command) {
          fake.done.push(`${command.name} ${member}`);
          return { stdout: command.name === 'patroni log' ? fake.log : '' };
        },
        async claim(_cluster, member, id) {
          fake.done.push(`claim ${member} ${id}`);
          if (claims.has(`${member} ${id}`)) return 'taken';
          claims.add(`${member} ${id}`);
          return 'ours';
        },
        unit: fakeUnits(done),
      },
      proxies: {
        async lead(_cluster, { leader }) {
          fake.done.push(`tell the proxies of ${leader}`);
          return ['lb1', 'lb2'];
        },
      },
      poolers: poolers.hands,
    },
  };
  return fake;
}

/** A reading that could not be had. */
export const notRead = (why = 'no answer within 3 s') => ({ ok: false as const, why, source: 'the fake', atMs: NOW });

/** The value of a reading that the test knows to be there, to change it. */
export function shownValue<T>(reading: { ok: true; value: T } | { ok: false; why: string } | undefined): T {
  if (!reading?.ok) throw new Error('the test wants a reading that is there');
  return reading.value;
}

/** What SQL, Patroni and the DCS show of one member. */
export function memberIn(fake: FakeCluster, name: string) {
  const member = fake.shown.snapshot.members.find((one) => one.name === name);
  if (!member) throw new Error(`there is no ${name}`);
  return { member, sql: shownValue(member.sql), patroni: shownValue(member.patroni) };
}

/** The DCS that is shown. */
export const dcsIn = (fake: FakeCluster): Loose<Dcs> => shownValue(fake.shown.snapshot.dcs);

function answer(fake: FakeCluster, leader: string, candidate: string): Awaited<ReturnType<Hands['patroni']['switchover']>> {
  switch (fake.behaviour) {
    case 'works':
      fake.promote(candidate);
      return { meaning: 'done', text: `Successfully switched over to "${candidate}"` };
    case 'other-wins': {
      const other = fake.shown.snapshot.members.find(({ name }) => name !== leader && name !== candidate)?.name ?? leader;
      fake.promote(other);
      return { meaning: 'done-other', text: `Switched over to "${other}" instead of "${candidate}"` };
    }
    case 'refuses':
      return { meaning: 'refused', text: 'switchover is not possible: no good candidates have been found' };
    case 'hangs':
      dcsIn(fake).failover = { leader, candidate };
      return { meaning: 'unknown', text: 'Switchover status unknown' };
    case 'gives-up':
      return { meaning: 'unknown', text: 'Switchover failed' };
  }
}

function viewOf(of: () => FakeCluster, timers: (unit: string) => readonly ResumeTimer[]): View {
  const find = (name: string): Loose<MemberReadings> => {
    const member = of().shown.snapshot.members.find((one) => one.name === name);
    if (!member) throw refusal(`there is no ${name}`, 'Name another.');
    return member;
  };
  const copy = <T>(value: T): T => structuredClone(value);
  return {
    clusters: () => [of().shown.snapshot.cluster],
    cluster: () => of().shown.snapshot.cluster,
    snapshot: async () => copy(of().shown.snapshot),
    dcs: async () => copy(of().shown.snapshot.dcs),
    member: async (_cluster, name) => copy(find(name)),
    sql: async (_cluster, name) => copy(find(name).sql),
    activity: async (_cluster, name) => copy(of().shown.activities[name] ?? notRead()),
    server: async (_cluster, name) => copy(of().shown.servers[name] ?? notRead()),
    sightings: async (_cluster, name) => copy(of().shown.sightings.filter(({ from }) => from !== name)),
    poolers: async () => copy(of().shown.poolers),
    resumeTimers: async (_cluster, unit) => timers(unit),
    leaderLease: async () => copy(of().shown.lease),
    lagHistory: () => [],
    limits: () => of().shown.limits,
    runs: async () => [],
    run: async (id) => {
      throw refusal(`there is no run ${id}`, 'Name another.');
    },
    lastLeaderChange: async () => undefined,
    openIncidents: async () => [],
    unreadableRuns: async () => [],
    debts: async () => [],
    maintenance: async () => undefined,
    openReviews: async () => [],
    now: () => of().now,
  };
}

/** The world after `name` was promoted: timeline + 1, everybody follows, proxies route there. */
function promote(fake: FakeCluster, name: string): void {
  const dcs = dcsIn(fake);
  const answering = fake.shown.snapshot.members.filter(({ sql }) => sql.ok).map((member) => member.name);
  const timeline = Math.max(...answering.map((member) => memberIn(fake, member).sql.timeline)) + 1;
  const atMs = fake.now + 1000;
  dcs.leader = name;
  delete dcs.failover;
  dcs.history.push({
    timeline: timeline - 1,
    lsn: WAL_LSN,
    reason: 'no recovery target specified',
    at: new Date(atMs).toISOString(),
    newLeader: name,
  });
  for (const member of fake.shown.snapshot.members.filter(({ sql }) => sql.ok)) {
    const { sql } = memberIn(fake, member.name);
    const now = sqlOf(member.name, name, timeline, sql.systemId);
    const standbys = now.standbys.filter((row) => answering.includes(row.name));
    member.sql = read({ ...now, standbys }) as Loose<Reading<SqlMember>>;
    const { archiver } = shownValue(member.sql);
    if (archiver) archiver.lastArchivedAtMs = atMs + 500;
    shownValue(member.patroni).role = member.name === name ? 'primary' : 'replica';
    shownValue(member.patroni).timeline = timeline;
  }
  for (const proxy of fake.shown.snapshot.proxies) proxy.stats = read(statsFor(name)) as Loose<ProxyReadings['stats']>;
}
