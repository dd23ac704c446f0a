import type { HostCommand, HostUnit, UnitHands } from '../../src/acts/hands.ts';
import type { StandbyCommand } from '../../src/acts/standby-hands.ts';
import type { EtcdAccess } from '../../src/core/etcd-access.ts';
import type { Reading } from '../../src/core/reading.ts';
import type { AccessRule, BareHost, CopySource, PathFacts } from '../../src/core/standby.ts';
import { standbyPlaces } from '../../src/hosts/standby-places.ts';
import { layoutOf } from '../../src/hosts/host-layout.ts';
import type { FakeCluster } from './fake-cluster.ts';
import { CLUSTER, type Loose, MIB, read, sqlOf } from './healthy-cluster.ts';

type Started = Parameters<UnitHands['start']>;

/** What is done to a host that becomes a standby, and what is seen of it; a copy is complete as soon as it was started. */
export interface FakeStandbys {
  run(member: string, command: StandbyCommand): string;
  copying(asked: Started, came: 'ours' | 'taken'): 'ours' | 'taken';
  started(member: string): void;
  host(member: string): Reading<BareHost>;
  source(member: string): Reading<CopySource>;
  rules(member: string): readonly AccessRule[];
  /** Makes a cluster of that mode of which a member is a bare host. */
  bare(member: string, mode: 'streaming' | 'patroni'): void;
  /** What the bare host shows; a test changes it in place. */
  readonly shown: Loose<BareHost>;
  readonly shownSource: Loose<CopySource>;
  /** How the leader's Patroni speaks to etcd. */
  etcd: Reading<EtcdAccess>;
}

const layout = layoutOf({ dataDirectory: '/var/lib/postgresql/17/main' });
const places = standbyPlaces(layout);
const SYSTEM_ID = '7711123950511697988';
const COMMANDS =
  'allow replication|make replication role|make slot|release slot|read configuration|read etcd settings|keep password';
const MORE =
  'make configuration folder|write configuration|place the copy|discard the copy|delete the old data directory|write patroni configuration|check patroni configuration';

export const isStandbyCommand = (command: HostCommand): command is StandbyCommand =>
  `${COMMANDS}|${MORE}`.split('|').includes(command.name);

export const labelOf = (command: HostCommand, member: string): string =>
  command.name === 'service' ? `${command.verb} ${command.service} ${member}` : `${command.name} ${member}`;

export function fakeStandbys(of: () => FakeCluster): FakeStandbys {
  const rules: Record<string, AccessRule[]> = {};
  const shown: Loose<BareHost> = {
    ...{ clockMs: 0, postgresVersion: '17.6', libcVersion: '2.41', patroniVersion: '4.0.7', places, copies: [] },
    paths: Object.fromEntries(Object.values(places).map((path) => [path, free('absent')])),
  };
  const shownSource: Loose<CopySource> = {
    ...{ bytes: 100 * MIB, tablespaces: [], walBytesKept: 32 * MIB, slots: [], walSendersInUse: 2 },
    wal: { bytes: 60 * MIB, seconds: 600 },
    settings: {
      ...{ wal_level: 'replica', max_wal_senders: '10', max_replication_slots: '10', max_slot_wal_keep_size: '-1' },
      port: '5432',
    },
  };
  const memberOf = (name: string) => of().shown.snapshot.members.find((one) => one.name === name);
  const primarySlots = () => {
    const sql = memberOf('pg1')?.sql;
    return sql?.ok ? sql.value.slots : [];
  };
  return {
    shown,
    shownSource,
    etcd: read({ sections: ['etcd3'], hasPassword: false }),
    run(member, command) {
      effects(member, command, { shown, rules, slots: primarySlots() });
      if (command.name === 'keep password') return command.text;
      if (command.name === 'read etcd settings') return JSON.stringify({ etcd3: {} });
      return command.name === 'read configuration' ? JSON.stringify({ hba: '', ident: '', settings: {} }) : '';
    },
    copying([, , { claim, command }], came) {
      if (came === 'ours' && isCopy(command)) {
        shown.copies.push({ claim, startedAtMs: of().now, exitCode: 0, isRunning: false });
        shown.paths[places.copyDirectory] = free('filled');
        shown.paths[places.copyManifest] = free('other');
      }
      return came;
    },
    started(member) {
      const found = memberOf(member);
      const server = of().shown.servers[member];
      if (!found || !server?.ok || found.sql.ok) return;
      server.value.process = 'running';
      const runs = { load: 'loaded', active: 'active', enabled: 'enabled' };
      if (of().shown.snapshot.cluster.mode === 'patroni') server.value.patroni = runs;
      else server.value.postgres = runs;
      const { dcs } = of().shown.snapshot;
      if (dcs.ok) dcs.value.members[member] = { state: 'streaming', tags: {} };
      found.sql = read(sqlOf(member, 'pg1', 7, SYSTEM_ID)) as Loose<typeof found.sql>;
      const primary = memberOf('pg1')?.sql;
      if (primary?.ok) primary.value.standbys.push({ name: member, state: 'streaming', syncState: 'async' });
    },
    host: () => read({ ...shown, clockMs: of().now }),
    source: () => read(structuredClone(shownSource)),
    rules: (member) => rules[member] ?? [],
    bare: (name, mode) => makeBare(of(), { name, mode, rules }),
  };
}

const isCopy = (command: HostUnit['command']): boolean => command.name === 'base backup';

function free(kind: PathFacts['kind']): Loose<PathFacts> {
  return { kind, writable: true, isMount: false, freeBytes: 1000 * MIB };
}

interface World {
  readonly shown: Loose<BareHost>;
  readonly rules: Record<string, AccessRule[]>;
  readonly slots: { name: string; kind: 'physical' | 'logical'; active: boolean }[];
}

function effects(member: string, command: StandbyCommand, { shown, rules, slots }: World): void {
  if (command.name === 'allow replication') {
    const [address = ''] = command.address.split('/');
    const rule = { line: 9, type: 'host', users: [command.role], address, netmask: '255.255.255.255', method: 'scram-sha-256' };
    rules[member] = [...(rules[member] ?? []).filter(({ address: old }) => old !== address), rule];
  }
  const named = slots.findIndex(({ name }) => 'slot' in command && name === command.slot);
  if (command.name === 'make slot' && named < 0) slots.push({ name: command.slot, kind: 'physical', active: false });
  if (command.name === 'release slot' && named >= 0) slots.splice(named, 1);
  if (command.name === 'place the copy' && shown.paths[places.copyDirectory]?.kind === 'filled')
    shown.paths[places.dataDirectory] = free('filled');
  if (command.name === 'delete the old data directory') shown.paths[places.dataDirectory] = free('absent');
  if (command.name === 'place the copy' || command.name === 'discard the copy')
    shown.paths[places.copyDirectory] = free('absent');
}

interface Bare {
  readonly name: string;
  readonly mode: 'streaming' | 'patroni';
  readonly rules: Record<string, AccessRule[]>;
}

function makeBare({ shown: { snapshot, servers } }: FakeCluster, { name, mode, rules }: Bare): void {
  snapshot.cluster.mode = mode;
  snapshot.cluster.joinsAs = 'replicator';
  if (snapshot.dcs.ok) delete snapshot.dcs.value.members[name];
  rules.pg1 = [
    { line: 5, type: 'host', users: ['replicator'], address: '10.0.0.0', netmask: '255.0.0.0', method: 'scram-sha-256' },
  ];
  if (mode === 'streaming') snapshot.dcs = { ok: false, why: `${CLUSTER} has no DCS`, source: 'etcd', atMs: 0 };
  const server = servers[name];
  for (const member of snapshot.members) {
    if (member.name === name) member.sql = { ok: false, why: 'connection refused', source: 'SQL', atMs: 0 };
    if (member.sql.ok && !member.sql.value.inRecovery)
      member.sql.value.standbys = member.sql.value.standbys.filter((row) => row.name !== name);
  }
  if (!server?.ok) return;
  server.value.process = 'no data directory';
  server.value.patroni = { load: 'loaded', active: 'inactive', enabled: 'disabled' };
  server.value.postgres = { load: 'loaded', active: 'inactive', enabled: 'disabled' };
}
