import type { Hands, HostCommand } from '../../src/acts/hands.ts';
import type { MemberAnswer } from '../../src/acts/member-hands.ts';
import type { AnsweredWrite } from '../../src/core/answered-write.ts';
import type { SqlMember } from '../../src/core/cluster.ts';
import type { Debt } from '../../src/core/debt.ts';
import type { Reading } from '../../src/core/reading.ts';
import type { View } from '../../src/core/view.ts';
import type { SwitchoverFacts } from '../../src/checks/switchover-facts.ts';
import { type FakeStreaming, fakeLost, fakeSplit, fakeStreaming, LEDGER, LOST, SPLIT } from './fake-streaming.ts';
import { fakeClusterView } from './fake-cluster-view.ts';
import { promote } from './fake-promote.ts';
import { fakePoolers } from './fake-poolers.ts';
import { fakeClaims } from './fake-claims.ts';
import { fakeMembers } from './fake-members.ts';
import { type FakeConfig, fakeConfig, fakeRest } from './fake-rest.ts';
import { type Closer, closerOf, closerReload, closerRun } from './fake-closer.ts';
import { doPlainRebuild, doRebuildCommand, type FakeRebuild, healthyRebuild, rebuildUnits } from './fake-rebuild.ts';
import { clearScheduled, dcsIn, memberIn, notRead, setPaused, shownValue } from './fake-shown.ts';
import { type FakeStandbys, fakeStandbys, isStandbyCommand } from './fake-standbys.ts';
import { healthyCluster, type Loose, NOW, read, type Shown, sqlOf, statsFor } from './healthy-cluster.ts';

export { dcsIn, memberIn, notRead, shownValue };

/** How Patroni behaves when it is asked to switch over. */
export type Behaviour = 'works' | 'hangs' | 'refuses' | 'other-wins' | 'gives-up';

export interface FakeCluster {
  /** A second cluster, plain streaming replication, and a third one, whose primary is dead. */
  readonly ledger: FakeStreaming;
  readonly lost: FakeStreaming;
  /** A fourth one, with a second primary. */
  readonly split: FakeStreaming;
  readonly view: View;
  readonly hands: Hands;
  /** What is shown; a test changes it in place. */
  readonly shown: Shown;
  readonly closer: Closer;
  readonly rebuild: FakeRebuild;
  facts(): SwitchoverFacts;
  /** Moves the leader, as a switchover that worked would. */
  promote(name: string): void;
  /** Everything that changed or asked something, in order: `checkpoint pg1`, `claim pg1 ...`, `switchover pg1 -> pg2`. */
  readonly done: string[];
  /** What is written into each claim, by `member id`. */
  readonly claims: Map<string, string>;
  /** What the write probe was confirmed last; absent: a write to whoever leads, just now. */
  lastWrite?: Reading<AnsweredWrite>;
  behaviour: Behaviour;
  /** Names of PgBouncers that are not paused in time. */
  readonly busyPoolers: Set<string>;
  /** When a member loaded its configuration; a day ago where nothing is said. */
  readonly loaded: Map<string, number>;
  /** What a member's Patroni answers, doing nothing; absent: it does what it is asked. */
  answer?: MemberAnswer;
  /** What is done to a host that becomes a standby, and what is seen of it. */
  readonly standbys: FakeStandbys;
  /** Who leads when the leader was asked to restart, as it did not start in time. */
  failsOver?: string;
  log: string;
  now: number;
  /** The dynamic configuration, and what the members run with. */
  readonly config: FakeConfig;
  /** Debts that the view shows. */
  debts: () => Promise<readonly Debt[]>;
  /** What Patroni's REST API answers instead of doing what it is asked. */
  refuses?: string;
}

/** Three members, pg1 leads on timeline 7; two HAProxy, a VIP, three etcd; all healthy. It has its own state and no network. */
export function fakeCluster(): FakeCluster {
  const shown = healthyCluster();
  const rebuild = healthyRebuild();
  const ledger = fakeStreaming();
  const lost = fakeLost();
  const split = fakeSplit();
  const plain = new Map([
    [LEDGER, ledger],
    [LOST, lost],
    [SPLIT, split],
  ]);
  const done: string[] = [];
  const claims = new Map<string, string>();
  const poolers = fakePoolers(() => fake);
  const units = rebuildUnits(() => fake, done, rebuild.units);
  const fake: FakeCluster = {
    shown,
    closer: closerOf(),
    rebuild,
    ledger,
    lost,
    split,
    done,
    claims,
    behaviour: 'works',
    loaded: new Map(),
    log: '',
    now: NOW,
    facts: () => ({ atMs: fake.now, ...structuredClone(shown) }),
    promote: (name) => promote(fake, name),
    view: fakeClusterView(() => fake, poolers.timers),
    busyPoolers: poolers.busy,
    config: fakeConfig(shown.snapshot.members.map(({ name }) => name)),
    debts: async () => [],
    standbys: fakeStandbys(() => fake),
    hands: {
      now: () => fake.now,
      sleep: async () => undefined,
      patroni: {
        async switchover(_cluster, { leader, candidate }) {
          fake.done.push(`switchover ${leader} -> ${candidate}`);
          return answer(fake, leader, candidate);
        },
        rest: fakeRest(() => ({
          ...{ done, config: fake.config, refuses: fake.refuses },
          paused: (is) => setPaused(fake, is),
          cleared: (member) => clearScheduled(fake, member),
        })),
        async failover(_cluster, { candidate }) {
          fake.done.push(`failover to ${candidate}`);
          return answer(fake, '', candidate);
        },
      },
      members: fakeMembers({
        did: (line) => {
          fake.done.push(line);
          return fake.answer;
        },
        restarted: (name) => (fake.failsOver === undefined ? restartIn(fake, name) : fake.promote(fake.failsOver)),
        reloaded: (name) => {
          fake.loaded.set(name, fake.now + 1000);
          closerReload(fake, name);
        },
      }),
      hosts: {
        async run(cluster, member, command) {
          const at = plain.get(cluster);
          if (at) {
            const stdout = at.prints(member, command);
            fake.done.push(at.run(member, command));
            return { stdout: stdout || doPlainRebuild(fake, member, command) };
          }
          fake.done.push(doneOf(member, command));
          if (command.name === 'patroni log') return { stdout: fake.log };
          if (isStandbyCommand(command)) return { stdout: fake.standbys.run(member, command) };
          if (command.name === 'service' && command.verb === 'start') fake.standbys.started(member);
          return closerRun(fake, member, command) ?? { stdout: doRebuildCommand(fake, member, command) };
        },
        ...fakeClaims(done, claims),
        unit: { ...units, start: async (...asked) => fake.standbys.copying(asked, await units.start(...asked)) },
      },
      proxies: {
        async lead(cluster, { leader }) {
          fake.done.push(`tell the proxies of ${leader}`);
          for (const { stats } of plain.get(cluster)?.shown.snapshot.proxies ?? []) if (stats.ok) stats.value = statsFor(leader);
          return ['lb1', 'lb2'];
        },
      },
      poolers: poolers.hands,
    },
  };
  return fake;
}

/** Marking is a part of claiming: it may be done again. */
function doneOf(member: string, command: HostCommand): string {
  if (command.name === 'service') return `${command.verb} ${command.service} ${member}`;
  return command.name === 'mark rewind' || command.name === 'mark restore'
    ? `claim ${member} ${command.claim}`
    : `${command.name} ${member}`;
}

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

/** PostgreSQL of the member runs since just now, and nothing is pending there; a replica streams. */
export function restartIn(fake: FakeCluster, name: string): void {
  const member = fake.shown.snapshot.members.find((one) => one.name === name);
  const patroni = shownValue(member?.patroni);
  const leader = dcsIn(fake).leader ?? '';
  const { timeline, systemId } = memberIn(fake, leader).sql;
  if (member && !member.sql.ok) member.sql = read(sqlOf(name, leader, timeline, systemId)) as Loose<Reading<SqlMember>>;
  shownValue(member?.sql).postmasterStartedAtMs = fake.now + 1000;
  patroni.state = name === leader ? 'running' : 'streaming';
  patroni.pendingRestart = false;
  delete patroni.pendingRestartReason;
}
