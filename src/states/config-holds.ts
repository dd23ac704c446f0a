import { z } from 'zod';
import type { PatroniMember } from '../core/cluster.ts';
import type { ConfigReadings } from '../core/cluster-config.ts';
import { flatChanges, flatConfig } from '../core/config-flat.ts';
import type { ConfigKey } from '../core/config-keys.ts';
import { comparable, comparableSetting, configKey, heldValue, shownConfigValue, shownSetting } from '../core/config-value.ts';
import type { JsonObject } from '../core/json.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import type { Reading } from '../core/reading.ts';
import type { Run } from '../core/run.ts';
import { holds, impossible, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';

/** So long after its start a change that Patroni does not hold was not taken: it writes it before it answers. */
const GIVEN_UP_MS = 20_000;

const Args = z.object({
  cluster: ClusterName,
  /** Setting -> what is held; null: nothing. */
  values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** Setting -> the members that must run with it, or say that they wait for a restart. */
  on: z.record(z.string(), z.array(MemberName)),
  /** The whole configuration as it was asked upon, flat, and when (epoch milliseconds); what else differs is told. */
  seen: z.object({ atMs: z.number(), config: z.record(z.string(), z.string()) }).exactOptional(),
});
type Args = z.output<typeof Args>;

const { state, build } = defineState({
  name: 'config-holds',
  args: Args,
  says: ({ cluster, values }) => `Patroni of ${cluster} holds ${Object.keys(values).join(', ')}, and its members run with it`,
  async judge(args, view, sinceMs) {
    const { cluster } = args;
    const ours = view.runs({ cluster, limit: RECENT_RUNS }).catch(() => []);
    const [config, snapshot, runs] = await Promise.all([view.config(cluster), view.snapshot(cluster), ours]);
    const pending = new Map(snapshot.members.map(({ name, patroni }) => [name, pendingOf(patroni)]));
    return judgeConfig(args, { config, pending, runs, elapsedMs: view.now() - sinceMs });
  },
});

export const configHoldsState = state;

/** The dynamic configuration holds these values, and each member runs with them by pg_settings or says that it waits for a restart. */
export const configHolds = (args: z.input<typeof Args>): StateData => build(args);

interface Seen {
  readonly config: ConfigReadings;
  /** By member, the settings for which its Patroni says that it waits for a restart; `some` where it does not name them. */
  readonly pending: ReadonlyMap<string, readonly string[] | 'some'>;
  /** The newest runs on the cluster. */
  readonly runs?: readonly Pick<Run, 'id' | 'runbook' | 'endedAtMs' | 'requester'>[];
  /** Age of the step. */
  readonly elapsedMs: number;
}

/** Pure part. */
export function judgeConfig({ cluster, values, on, seen }: Args, { config, pending, elapsedMs, runs = [] }: Seen): Verdict {
  if (!config.dynamic.ok) return notYet(`the configuration cannot be read: ${config.dynamic.why}`);
  const held = config.dynamic.value;
  const wrong = notHeld(values, held);
  if (wrong.length > 0) {
    const says = `Patroni of ${cluster} does not hold it: ${wrong.join(', ')}`;
    return elapsedMs < GIVEN_UP_MS ? notYet(says) : impossible(`${says}; it was not taken, or somebody changed it back`);
  }
  const found = Object.entries(values).flatMap(([name, value]) =>
    (on[name] ?? []).map((member) => ({ member, how: onMember({ key: configKey(name), value, member }, config, pending) })),
  );
  const late = found.find(({ how }) => how !== 'waits' && how !== 'runs');
  if (late) return notYet(late.how);
  const waits = [...new Set(found.filter(({ how }) => how === 'waits').map(({ member }) => member))];
  const others = seen ? flatChanges(seen.config, flatConfig(held), Object.keys(values)) : [];
  const who = ownSince(runs, seen?.atMs ?? 0);
  return holds([`Patroni of ${cluster} holds it`, ...membersSay(on, waits), ...othersSay(others, who)].join('; '));
}

function notHeld(values: Args['values'], held: JsonObject): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const key = configKey(name);
    const is = heldValue(key, held);
    return comparable(key, is) === comparable(key, value) ? [] : [`${name} is ${shownConfigValue(key, is)}`];
  });
}

/** Patroni names them since 3.3. */
function pendingOf(patroni: Reading<PatroniMember>): readonly string[] | 'some' {
  if (!patroni.ok || !patroni.value.pendingRestart) return [];
  return patroni.value.pendingRestartReason ? Object.keys(patroni.value.pendingRestartReason) : 'some';
}

interface Wanted {
  readonly key: ConfigKey;
  readonly value: string | number | boolean | null;
  readonly member: string;
}

function onMember({ key, value, member }: Wanted, config: ConfigReadings, pending: Seen['pending']): string {
  const reading = config.members.find(({ name }) => name === member)?.settings;
  if (!reading?.ok) return `the settings of ${member} cannot be read: ${reading?.why ?? 'it is no member'}`;
  const row = reading.value.find(({ name }) => name === key.name);
  if (row?.setting === undefined) return `${member} knows no setting ${key.name}`;
  if (comparableSetting(key, row.setting, row.unit) === comparable(key, value)) return 'runs';
  const named = pending.get(member) ?? [];
  if (key.takes === 'restart' && (row.pendingRestart || named === 'some' || named.includes(key.name))) return 'waits';
  return `${member} still runs with ${key.name} ${shownSetting(row.setting, row.unit)}`;
}

function membersSay(on: Args['on'], waits: readonly string[]): readonly string[] {
  const all = [...new Set(Object.values(on).flat())].sort();
  const run = all.filter((name) => !waits.includes(name));
  return [
    ...(run.length > 0 ? [`${run.join(', ')} ${run.length === 1 ? 'runs' : 'run'} with it, by pg_settings`] : []),
    ...(waits.length > 0 ? [`${waits.join(', ')} ${waits.length === 1 ? 'waits' : 'wait'} for a restart`] : []),
  ];
}

/** What changed the configuration of a cluster through Trunkline and has ended since. */
function ownSince(runs: NonNullable<Seen['runs']>, sinceMs: number): string {
  const own = runs.filter(({ runbook, endedAtMs = 0 }) => CHANGES_IT.includes(runbook) && endedAtMs >= sinceMs);
  if (own.length === 0) return 'not by a run of Trunkline, and Patroni keeps no names';
  return `Trunkline's own since then: ${own.map(({ id, runbook, requester }) => `${runbook} ${id} by ${requester.userName}`).join(', ')}`;
}

const CHANGES_IT: readonly string[] = ['config-set', 'pause', 'resume'];
const RECENT_RUNS = 30;

function othersSay(changes: readonly string[], who: string): readonly string[] {
  return changes.length === 0 ? [] : [`meanwhile somebody else changed ${changes.join(', ')} (${who})`];
}
