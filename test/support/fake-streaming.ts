import type { HostCommand } from '../../src/acts/hands.ts';
import type { SqlMember } from '../../src/core/cluster.ts';
import { unreachable } from '../../src/core/errors.ts';
import { type Reading, known } from '../../src/core/reading.ts';
import type { Server } from '../../src/core/server.ts';
import type { Seen } from '../../src/core/sighting.ts';
import type { Upstream } from '../../src/core/upstream.ts';
import { healthyCluster, type Loose, read, type Shown, sqlOf, WAL_LSN } from './healthy-cluster.ts';

export const LEDGER = 'ledger';
const SYSTEM = '7711123950511697988';

/** The fake cluster without Patroni: pg1 leads on timeline 7, pg2 and pg3 stream; commands on its hosts do what they would do. */
export interface FakeStreaming {
  readonly shown: Shown;
  readonly upstreams: Record<string, Reading<Upstream>>;
  /** Hosts that may log in to whoever is asked, by `pg1` or, before that, by `pg1 as replicator`; all by default. */
  readonly logins: Record<string, Reading<{ systemId: string; timeline: number }>>;
  /** Performs a command; what it is called in the list of what was done. @throws TrunklineError as the real one does. */
  run(member: string, command: HostCommand): string;
  /** What the command prints, asked before it is performed. */
  prints(member: string, command: HostCommand): string;
}

/** The fake plain cluster whose primary lost its power: pg1 is silent, its host too; pg2 has received more than pg3. */
export const LOST = 'lost';

export function fakeLost(): FakeStreaming {
  const fake = fakeStreaming();
  const { shown, upstreams } = fake;
  shown.snapshot.cluster = { ...shown.snapshot.cluster, name: LOST, scope: LOST };
  sqlIn(shown, 'pg1').sql = gone('no answer within 2 s');
  const server = known(shown.servers.pg1) as Loose<Server>;
  server.process = 'stopped';
  server.postgres.active = 'inactive';
  for (const sighting of shown.sightings) sighting.seen = read({ postgres: 'silent', rest: 'silent' }) as Loose<Reading<Seen>>;
  for (const name of ['pg2', 'pg3']) {
    delete (known(sqlIn(shown, name).sql) as Loose<SqlMember>).walReceiver;
    upstreams[name] = read({ host: '10.0.0.1', user: 'replicator', hasPassword: false });
  }
  return fake;
}

/** The fake plain cluster whose former primary pg3 takes writes on timeline 6, beside pg1, which was promoted in its place. */
export const SPLIT = 'split';

export function fakeSplit(): FakeStreaming {
  const fake = fakeStreaming();
  const { shown } = fake;
  shown.snapshot.cluster = { ...shown.snapshot.cluster, name: SPLIT, scope: SPLIT };
  sqlIn(shown, 'pg3').sql = read({ ...sqlOf('pg3', 'pg3', 6, SYSTEM), standbys: [], writeLsn: WAL_LSN }) as Loose<
    Reading<SqlMember>
  >;
  const primary = known(sqlIn(shown, 'pg1').sql) as Loose<SqlMember>;
  primary.standbys = primary.standbys.filter(({ name }) => name !== 'pg3');
  primary.slots = primary.slots.filter(({ name }) => name !== 'pg3');
  const server = known(shown.servers.pg3) as Loose<Server>;
  server.standbySignal = false;
  const own = { state: 'in production', timeline: 6, previousTimeline: 6, minRecoveryLsn: 0, minRecoveryTimeline: 0 };
  if (server.control) Object.assign(server.control, own);
  return fake;
}

const gone = (why: string) => ({ ok: false as const, why, source: 'the fake', atMs: 0 });

export function fakeStreaming(): FakeStreaming {
  const shown = healthyCluster();
  shown.snapshot.cluster = { ...shown.snapshot.cluster, name: LEDGER, mode: 'streaming', scope: LEDGER };
  shown.snapshot.dcs = gone('this cluster has no DCS');
  shown.snapshot.etcd = [];
  shown.snapshot.proxies = [];
  delete shown.snapshot.vip;
  const names = shown.snapshot.members.map(({ name }) => name);
  for (const member of shown.snapshot.members) {
    member.patroni = gone('this cluster has no Patroni');
    const sql = known(member.sql) as Loose<SqlMember> | undefined;
    if (sql?.inRecovery) sql.walReceiver = { status: 'streaming', timeline: 7, slot: member.name };
    if (sql && !sql.inRecovery)
      sql.slots = names.filter((name) => name !== member.name).map((name) => ({ name, kind: 'physical', active: true }));
    const server = known(shown.servers[member.name]) as Loose<Server> | undefined;
    if (!server) continue;
    server.patroni = { load: 'masked', active: 'inactive', enabled: 'masked' };
    server.postgres = { load: 'loaded', active: 'active', enabled: 'enabled-runtime' };
    server.standbySignal = member.name !== 'pg1';
  }
  const login = { user: 'replicator', passfile: '/var/lib/postgresql/.pgpass', hasPassword: false };
  return {
    shown,
    upstreams: Object.fromEntries(names.map((name) => [name, read(login)])),
    logins: Object.fromEntries(names.map((name) => [name, read({ systemId: SYSTEM, timeline: 7 })])),
    run: (member, command) => perform(shown, member, command),
    prints(member, { name }) {
      const server = known(shown.servers[member]);
      return name === 'unmark standby' && server?.process === 'running' && server.standbySignal ? 'standby\n' : '';
    },
  };
}

function perform(shown: Shown, member: string, command: HostCommand): string {
  const server = known(shown.servers[member]) as Loose<Server>;
  switch (command.name) {
    case 'service':
      control(shown, member, command.verb);
      return `service ${command.verb} ${member}`;
    case 'mark standby':
      if (server.process === 'running') throw unreachable(`a server runs on ${member}`, 'Stop it.');
      server.standbySignal = true;
      break;
    // Marking is a part of claiming: it may be done again.
    case 'mark rewind':
      return `claim ${member} ${command.claim}`;
    case 'mark running standby':
      server.standbySignal = true;
      break;
    case 'make slot':
    case 'release slot':
      slots(shown, command);
      break;
    case 'unmark standby':
      if (server.process !== 'running') server.standbySignal = false;
      break;
    case 'promote':
      promote(shown, member, command.timeline);
      break;
    case 'follow':
      if (server.process === 'running') stream(shown, member);
      break;
    default:
  }
  return `${command.name} ${member}`;
}

function slots(shown: Shown, { name: what, slot }: Extract<HostCommand, { name: 'make slot' | 'release slot' }>): void {
  for (const { sql } of shown.snapshot.members)
    if (sql.ok && !sql.value.inRecovery) {
      sql.value.slots = sql.value.slots.filter(({ name }) => name !== slot);
      if (what === 'make slot') sql.value.slots.push({ name: slot, kind: 'physical', active: false });
    }
}

function control(shown: Shown, member: string, verb: string): void {
  const server = known(shown.servers[member]) as Loose<Server>;
  if (verb === 'mask') server.postgres.enabled = 'masked';
  if (verb === 'unmask') server.postgres.enabled = 'enabled-runtime';
  if (verb === 'stop' && server.process === 'running') {
    server.process = 'stopped';
    server.postgres.active = 'inactive';
    if (server.control) Object.assign(server.control, { state: 'shut down', checkpointLsn: WAL_LSN - 120 });
    sqlIn(shown, member).sql = gone('connection refused');
  }
  if (verb === 'start' && server.process !== 'running') start(shown, member, server);
}

function start(shown: Shown, member: string, server: Loose<Server>): void {
  if (server.postgres.enabled === 'masked') throw unreachable(`the unit of ${member} is masked`, 'Unmask it.');
  server.process = 'running';
  server.postgres.active = 'active';
  if (server.standbySignal) stream(shown, member);
  else sqlIn(shown, member).sql = read(sqlOf(member, member, 7, SYSTEM)) as Loose<Reading<SqlMember>>;
}

/** As the host does: a server that is past the timeline, or no standby, is left as it is. */
function promote(shown: Shown, member: string, timeline: number): void {
  const sql = known(sqlIn(shown, member).sql);
  if (!sql?.inRecovery || sql.timeline > timeline) throw unreachable(`pg_ctl promote failed on ${member}`, 'Look there.');
  sqlIn(shown, member).sql = read({ ...sqlOf(member, member, timeline + 1, SYSTEM), standbys: [] }) as Loose<Reading<SqlMember>>;
}

/** It streams from whoever is the primary now. */
function stream(shown: Shown, member: string): void {
  const primary = shown.snapshot.members.find(({ name, sql }) => name !== member && known(sql)?.inRecovery === false);
  const own = primary && (known(primary.sql) as Loose<SqlMember>);
  const sql = { ...sqlOf(member, 'nobody', own?.timeline ?? 7, SYSTEM), standbys: [] };
  sqlIn(shown, member).sql = read(sql) as Loose<Reading<SqlMember>>;
  if (!own) return;
  own.standbys = own.standbys.filter(({ name }) => name !== member);
  own.standbys.push({ name: member, state: 'streaming', syncState: 'async', replayLsn: WAL_LSN, replayLagMs: 0 });
}

function sqlIn(shown: Shown, name: string) {
  const member = shown.snapshot.members.find((one) => one.name === name);
  if (!member) throw new Error(`there is no ${name}`);
  return member;
}
