import type { MemberSetting } from '../core/cluster-config.ts';
import type { ConfigKey } from '../core/config-keys.ts';
import { overrideOf } from '../core/config-override.ts';
import { comparable, configKey, type ConfigValue, heldValue, shownConfigValue, shownSetting } from '../core/config-value.ts';
import { refusal } from '../core/errors.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { known } from '../core/reading.ts';
import type { ConfigFacts } from './config-facts.ts';
import { type PatroniScene, patroniScene } from './patroni-facts.ts';

/** One setting that is to change. */
export interface Change {
  readonly key: ConfigKey;
  readonly before: Json | undefined;
  readonly after: ConfigValue;
  /** Members whose pg_settings will show it. */
  readonly shownBy: readonly string[];
  /** Members that something else than Patroni's configuration decides for, with what. */
  readonly overridden: readonly { readonly member: string; readonly by: string }[];
  /** Members that were read and do not know the setting. */
  readonly unknownTo: readonly string[];
}

export interface ConfigScene extends PatroniScene {
  readonly held: JsonObject;
  readonly changes: readonly Change[];
  /** Members whose settings could not be read. */
  readonly unread: readonly string[];
}

export type ConfigInput = Readonly<Record<string, ConfigValue>>;

/** @throws Refusal when there is nothing to plan from. */
export function configScene(facts: ConfigFacts, set: ConfigInput): ConfigScene {
  const scene = patroniScene(facts);
  const { dynamic, members } = facts.config;
  if (!dynamic.ok)
    throw refusal(
      `the configuration of ${scene.cluster} cannot be read: ${dynamic.why}`,
      'Without it nobody knows what would change.',
    );
  const held = dynamic.value;
  const changes = Object.entries(set)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, after]) => changeOf(configKey(name), after, held, facts));
  return { ...scene, held, changes, unread: members.filter(({ settings }) => !settings.ok).map(({ name }) => name) };
}

function changeOf(key: ConfigKey, after: ConfigValue, held: JsonObject, { config }: ConfigFacts): Change {
  const before = heldValue(key, held);
  if (key.in !== 'parameters') return { key, before, after, shownBy: [], overridden: [], unknownTo: [] };
  const read = config.members.flatMap(({ name, settings }) =>
    settings.ok ? [{ name, row: rowOf(settings.value, key.name) }] : [],
  );
  const overridden = read.flatMap(({ name, row }) => {
    const by = row && overrideOf(key, row, before);
    return by ? [{ member: name, by }] : [];
  });
  const free = read.filter(({ name, row }) => row && !overridden.some(({ member }) => member === name));
  return {
    ...{ key, before, after, overridden },
    // What holds instead of a key that is taken out is each member's own default.
    shownBy: after === null ? [] : free.map(({ name }) => name),
    unknownTo: read.flatMap(({ name, row }) => (row ? [] : [name])),
  };
}

const rowOf = (rows: readonly MemberSetting[], name: string) => rows.find((row) => row.name === name);

/** `work_mem 4MB -> 64MB`. */
export function changeWords({ key, before, after }: Change): string {
  return `${key.name} ${shownConfigValue(key, before)} -> ${shownConfigValue(key, after)}`;
}

/** The diff, a line for each setting, with when it takes effect and where. */
export function diffLines({ changes, members, cluster }: ConfigScene, facts: ConfigFacts): readonly string[] {
  const restarts = changes.filter(needsRestart);
  return [
    ...changes.map((change) => `${changeWords(change)}${inEffect(change, facts)}: ${TAKES[change.key.takes]}`),
    ...(restarts.length === 0
      ? []
      : [
          `${members.map(({ name }) => name).join(', ')} must be restarted before ${restarts.map(({ key }) => key.name).join(', ')} takes effect; this run restarts nothing. Ask for it afterwards with \`/pg restart ${cluster} --pending\`.`,
        ]),
  ];
}

export function needsRestart({ key, before, after }: Change): boolean {
  return key.takes === 'restart' && comparable(key, before) !== comparable(key, after);
}

const TAKES: Readonly<Record<ConfigKey['takes'], string>> = {
  patroni: "Patroni's own, in its next loop",
  reload: 'by a reload, which Patroni does by itself',
  restart: 'after a restart',
};

/** What holds while the configuration says nothing. */
function inEffect({ key, before }: Change, { config }: ConfigFacts): string {
  if (before !== undefined && before !== null) return '';
  const values = config.members.flatMap(({ settings }) => {
    const row = rowOf(known(settings) ?? [], key.name);
    return row?.setting === undefined ? [] : [shownSetting(row.setting, row.unit)];
  });
  const distinct = [...new Set(values)];
  return distinct.length === 0 ? '' : ` (in effect: ${distinct.join(' and ')})`;
}
