import type { RestHands } from '../../src/acts/hands.ts';
import type { ConfigReadings, MemberSetting } from '../../src/core/cluster-config.ts';
import { CONFIG_KEYS } from '../../src/core/config-keys.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { NOW } from './healthy-cluster.ts';

/** What the fake cluster's members run with, by default. */
const RUNS: Readonly<Record<string, readonly [setting: string, unit?: string]>> = {
  work_mem: ['4096', 'kB'],
  max_connections: ['100'],
  max_wal_senders: ['10'],
  log_min_duration_statement: ['-1', 'ms'],
  shared_buffers: ['16384', '8kB'],
};

/** What the cluster is that Patroni's REST API changes. */
export interface RestWorld {
  readonly done: string[];
  readonly config: FakeConfig;
  /** `pause` was set or taken out. */
  paused(is: boolean): void;
  /** Nothing is scheduled any more: on the cluster, or the restart of a member. */
  cleared(member?: string): void;
  /** What Patroni answers instead of doing it. */
  refuses?: string | undefined;
}

export interface FakeConfig {
  dynamic: Record<string, Json>;
  /** By member, by setting. */
  readonly settings: Record<string, Record<string, MemberSetting>>;
}

export function fakeConfig(names: readonly string[]): FakeConfig {
  const rows = () =>
    Object.fromEntries(
      Object.entries(RUNS).map(([name, [setting, unit]]): [string, MemberSetting] => [
        name,
        { name, setting, ...(unit ? { unit } : {}), source: 'default', pendingRestart: false },
      ]),
    );
  return {
    dynamic: { ttl: 30, loop_wait: 10, retry_timeout: 10, postgresql: { parameters: { max_connections: 100 } } },
    settings: Object.fromEntries(names.map((name) => [name, rows()])),
  };
}

/** As the View shows it. */
export function configReadings({ dynamic, settings }: FakeConfig): ConfigReadings {
  const read = <T>(value: T, source: string) => ({ ok: true as const, value: structuredClone(value), source, atMs: NOW });
  return {
    dynamic: read(dynamic, 'GET /config'),
    members: Object.entries(settings).map(([name, rows]) => ({ name, settings: read(Object.values(rows), `SQL on ${name}`) })),
  };
}

/** Patroni's REST API on the fake cluster: merges, and lets the members take what needs no restart. */
export function fakeRest(of: () => RestWorld): RestHands {
  const change = (what: string, how: (world: RestWorld) => void) => {
    const world = of();
    world.done.push(what);
    if (world.refuses) return { meaning: 'refused' as const, text: world.refuses };
    how(world);
    return { meaning: 'done' as const, text: 'status 200' };
  };
  return {
    config: async () => structuredClone(of().config.dynamic),
    patchConfig: async (_cluster, via, patch) => change(`patch ${via} ${JSON.stringify(patch)}`, (world) => merged(world, patch)),
    clearSwitchover: async (_cluster, via) => change(`clear switchover ${via}`, (world) => world.cleared()),
    clearRestart: async (_cluster, via) => change(`clear restart ${via}`, (world) => world.cleared(via)),
  };
}

function merged(world: RestWorld, patch: JsonObject): void {
  merge(world.config.dynamic, patch);
  if ('pause' in patch) world.paused(patch.pause === true);
  const parameters = (patch.postgresql as { parameters?: JsonObject } | undefined)?.parameters ?? {};
  for (const rows of Object.values(world.config.settings))
    for (const [name, value] of Object.entries(parameters)) take(rows, name, value);
}

function take(rows: Record<string, MemberSetting>, name: string, value: Json): void {
  const row = rows[name];
  if (!row || value === null) return;
  const restarts = CONFIG_KEYS.get(name)?.takes === 'restart';
  const [, digits = String(value), unit] = /^(-?\d+)([A-Za-z]+)$/.exec(String(value)) ?? [];
  rows[name] = restarts ? { ...row, pendingRestart: true } : { ...row, setting: digits, unit: unit ?? row.unit ?? '' };
}

function merge(into: Record<string, Json>, patch: JsonObject): void {
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete into[key];
    else if (typeof value === 'object' && !Array.isArray(value)) {
      const inner = { ...((into[key] ?? {}) as Record<string, Json>) };
      merge(inner, value as JsonObject);
      into[key] = inner;
    } else into[key] = value;
  }
}
