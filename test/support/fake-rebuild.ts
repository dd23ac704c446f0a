import type { Hands, HostCommand, HostUnit, HostUnitStatus } from '../../src/acts/hands.ts';
import type { SqlMember } from '../../src/core/cluster.ts';
import type { DataDirectory, KeptFolder } from '../../src/core/data-directory.ts';
import type { Reading } from '../../src/core/reading.ts';
import type { RewindSource } from '../../src/core/rewind-source.ts';
import type { Server } from '../../src/core/server.ts';
import { unreachable } from '../../src/core/errors.ts';
import { walFileName } from '../../src/core/timeline-history.ts';
import type { View } from '../../src/core/view.ts';
import { dcsIn, memberIn, notRead, type Showing, shownValue } from './fake-shown.ts';
import { SPLIT } from './fake-streaming.ts';
import { fakeUnits } from './fake-units.ts';
import { type Loose, MIB, read, sqlOf } from './healthy-cluster.ts';

/** What hosts and SQL show beside what every runbook reads, for a rebuild. */
export interface FakeRebuild {
  data: Record<string, Loose<Reading<DataDirectory>>>;
  kept: Record<string, Loose<KeptFolder>[]>;
  source: Loose<Reading<RewindSource>>;
  /** By `member claim`. */
  units: Map<string, HostUnitStatus>;
  lines: string[];
}

/** A fake cluster, as far as a rebuild needs it. */
export interface Rebuilding extends Showing {
  readonly rebuild: FakeRebuild;
  readonly split: { readonly shown: Showing['shown'] };
  promote(name: string): void;
  readonly now: number;
}

/** Where timeline 6 ended. */
export const PARTED = 48 * MIB;
const SEGMENT = 16 * MIB;

export function healthyRebuild(): FakeRebuild {
  return {
    data: Object.fromEntries(['pg1', 'pg2', 'pg3'].map((name) => [name, read(dataOf(7)) as Loose<Reading<DataDirectory>>])),
    kept: {},
    source: read(source()) as Loose<Reading<RewindSource>>,
    units: new Map(),
    lines: [],
  };
}

const source = (): RewindSource => ({
  fullPageWrites: true,
  databaseBytes: 100 * MIB,
  role: { name: 'rewinder', canLogIn: true, isSuperuser: false, lacks: [], settings: [] },
});

function dataOf(timeline: number): DataDirectory {
  const wal = [2, 3].map((segment) => walFileName(timeline, segment * SEGMENT, SEGMENT));
  return {
    names: ['PG_VERSION', 'base', 'global', 'pg_wal', 'postgresql.conf'],
    tablespaces: [],
    walIsLink: false,
    walFiles: wal,
    walBytes: 2 * SEGMENT,
    history: { timeline, left: timeline === 7 ? [{ timeline: 6, lsn: PARTED }] : [] },
    restoreCommand: '',
  };
}

/** pg3 led on timeline 6, went on alone after pg1 was promoted, and is back with 2 MiB that nobody else has. */
export function diverge(fake: Rebuilding, name = 'pg3'): void {
  const { member, sql } = memberIn(fake, name);
  Object.assign(sql, { timeline: 6, replayLsn: PARTED + 2 * MIB });
  delete sql.receiveLsn;
  delete sql.walReceiver;
  Object.assign(shownValue(member.patroni), { state: 'running', timeline: 6 });
  leaves(fake, name);
  fake.rebuild.data[name] = read(dataOf(6)) as Loose<Reading<DataDirectory>>;
  const server = shownValue(fake.shown.servers[name]);
  if (server.control)
    Object.assign(server.control, { timeline: 6, previousTimeline: 6, checkpointLsn: PARTED + MIB, redoLsn: PARTED + MIB });
  if (server.control) Object.assign(server.control, { minRecoveryLsn: PARTED + 2 * MIB, minRecoveryTimeline: 6 });
}

export const dataIn = (fake: Rebuilding, name: string): Loose<DataDirectory> => shownValue(fake.rebuild.data[name]);

/** The reads of the View for a rebuild. */
export function rebuildViewOf(of: () => Rebuilding): Pick<View, 'dataDirectory' | 'kept' | 'rewindSource' | 'unit'> {
  const copy = <T>(value: T): T => structuredClone(value);
  return {
    dataDirectory: async (_cluster, name) => copy(of().rebuild.data[name] ?? notRead()),
    kept: async (_cluster, name) => copy(read(of().rebuild.kept[name] ?? [])),
    rewindSource: async () => copy(of().rebuild.source),
    async unit(_cluster, name, claim) {
      const { units, lines } = of().rebuild;
      return read({ ...(units.get(`${name} ${claim}`) ?? { state: 'absent' as const }), lines: [...lines] });
    },
  };
}

/** Long work that ends well at once. */
export function rebuildUnits(of: () => Rebuilding, done: string[], units: Map<string, HostUnitStatus>): Hands['hosts']['unit'] {
  const base = fakeUnits(done, units);
  return {
    ...base,
    async start(cluster, member, spec, signal) {
      const came = await base.start(cluster, member, spec, signal);
      if (came === 'ours' && spec.command.name === 'rewind') endRewind(of(), member, { spec, isSplit: cluster === SPLIT });
      return came;
    },
  };
}

function endRewind(fake: Rebuilding, member: string, { spec, isSplit }: { spec: HostUnit; isSplit: boolean }): void {
  const { claim, command } = spec;
  fake.rebuild.units.set(`${member} ${claim}`, { state: 'ended', exitCode: 0 });
  const { shown } = isSplit ? fake.split : fake;
  const { control } = shownValue(shown.servers[member]);
  if (control && command.name === 'rewind' && command.how === 'progress')
    Object.assign(control, { state: 'in archive recovery', minRecoveryTimeline: 7 });
}

/** The former primary of the plain cluster that is split, as its host shows it. */
export function splitData(fake: Rebuilding): void {
  fake.rebuild.data.pg3 = read(dataOf(6)) as Loose<Reading<DataDirectory>>;
}

/** The same of a plain cluster, as far as it is not done to its own servers. */
export function doPlainRebuild(fake: Rebuilding, member: string, command: HostCommand): string {
  const own = fake.rebuild.data[member];
  if (own?.ok) mark(own.value, command);
  return command.name === 'read rewind mark' && own?.ok ? (own.value.mark?.claim ?? '') : '';
}

/** What a command of a rebuild does to the fake; prints what it would. */
export function doRebuildCommand(fake: Rebuilding, member: string, command: HostCommand): string {
  const { data, kept } = fake.rebuild;
  const own = data[member];
  const put = (suffix: string) => {
    kept[member] = [...(kept[member] ?? []), { suffix, path: `/data/main.${suffix}`, bytes: MIB, sinceMs: fake.now }];
  };
  if (command.name === 'service') serve(fake, member, command.verb);
  if (own?.ok) mark(own.value, command);
  if (command.name === 'read rewind mark') return own?.ok ? (own.value.mark?.claim ?? '') : '';
  if (command.name === 'keep wal') put(command.suffix);
  if (command.name === 'delete kept') kept[member] = (kept[member] ?? []).filter(({ suffix }) => suffix !== command.suffix);
  if (command.name === 'set aside') {
    put(command.suffix);
    delete data[member];
    shownValue(fake.shown.servers[member]).process = 'no data directory';
  }
  return '';
}

function mark(data: Loose<DataDirectory>, command: HostCommand): void {
  if (command.name === 'mark rewind') data.mark = { claim: command.claim, isOfThis: true };
  if (command.name === 'delete rewind mark') delete data.mark;
}

function serve(fake: Rebuilding, name: string, verb: string): void {
  const server = shownValue(fake.shown.servers[name]);
  const { member } = memberLoose(fake, name);
  setMask(server, name, verb);
  if (verb === 'stop') {
    if (dcsIn(fake).leader === name && !member.sql.ok) takeKey(fake, name);
    server.patroni.active = 'inactive';
    server.process = server.process === 'no data directory' ? server.process : 'stopped';
    if (server.control) server.control.state = 'shut down in recovery';
    member.sql = notRead('connection refused') as Loose<Reading<SqlMember>>;
    leaves(fake, name);
  }
  if (verb === 'start') {
    server.patroni.active = 'active';
    server.process = 'running';
    fake.rebuild.data[name] ??= read(dataOf(7)) as Loose<Reading<DataDirectory>>;
    const leader = dcsIn(fake).leader ?? '';
    const { sql } = memberIn(fake, leader);
    if (name === leader) return;
    member.sql = read(sqlOf(name, leader, sql.timeline, sql.systemId)) as Loose<Reading<SqlMember>>;
    shownValue(member.patroni).timeline = sql.timeline;
    leaves(fake, name);
    sql.standbys.push({ name, state: 'streaming', syncState: 'async', replayLsn: 64 * MIB, replayLagMs: 0 });
  }
}

function setMask({ patroni }: Loose<Server>, name: string, verb: string): void {
  if (verb === 'mask') patroni.enabled = 'masked';
  if (verb === 'unmask') patroni.enabled = 'enabled';
  if (verb === 'start' && patroni.enabled === 'masked') throw unreachable(`the unit of ${name} is masked`, 'Unmask it.');
}

function memberLoose(fake: Rebuilding, name: string) {
  const member = fake.shown.snapshot.members.find((one) => one.name === name);
  if (!member) throw new Error(`there is no ${name}`);
  return { member };
}

/** A rebuild has put a data directory of pg3 aside. */
export function keep(fake: Rebuilding): void {
  const suffix = 'old-t6-3000000';
  fake.rebuild.kept.pg3 = [{ suffix, path: `/data/main.${suffix}`, bytes: 100 * MIB, sinceMs: fake.now, run: 'r4k2m9xq' }];
}

/** pg1 holds the key and starts for minutes; the others wait for it. */
export function wedge(fake: Rebuilding): void {
  const { member } = memberLoose(fake, 'pg1');
  member.sql = notRead('it is starting up') as Loose<Reading<SqlMember>>;
  shownValue(member.patroni).state = 'starting';
  for (const name of ['pg2', 'pg3']) delete memberIn(fake, name).sql.walReceiver;
}

/** What Patroni does with a key that is free: pg2 is promoted. */
function takeKey(fake: Rebuilding, holder: string): void {
  const { sql } = memberIn(fake, 'pg2');
  memberLoose(fake, holder).member.sql = read(sqlOf(holder, holder, sql.timeline, sql.systemId)) as Loose<Reading<SqlMember>>;
  fake.promote('pg2');
}

/** Nobody sees it stream any more. */
function leaves(fake: Rebuilding, name: string): void {
  for (const { sql } of fake.shown.snapshot.members)
    if (sql.ok) sql.value.standbys = sql.value.standbys.filter((standby) => standby.name !== name);
}
