import { type BaseUnit, CONFIG_KEYS, type ConfigKey, type ConfigType } from './config-keys.ts';
import { didYouMean } from './did-you-mean.ts';
import { refusal } from './errors.ts';
import type { Json, JsonObject } from './json.ts';
import { formatBytes, formatDuration } from './units.ts';

/** A value of the dynamic configuration that may be set from chat; `null` takes the key out, so that the default holds. */
export type ConfigValue = string | number | boolean | null;

/** Units of PostgreSQL's settings (docs, config-setting), in bytes and in milliseconds; its spelling, its case. */
const BYTES: Readonly<Record<string, number>> = { B: 1, kB: 1024, '8kB': 8192, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 };
const MILLIS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** @throws Refusal that says why the key is not to be set from chat, or that there is none of that name. */
export function configKey(name: string): ConfigKey {
  const key = CONFIG_KEYS.get(name);
  if (key) return key;
  if (SENSITIVE.test(name))
    throw refusal(
      `${name} is not set from chat: it is a command, a library, a path, or decides who may log in`,
      'Change it by your configuration management or with patronictl edit-config, where the change is reviewed.',
    );
  const near = didYouMean(name, [...CONFIG_KEYS.keys()]);
  throw refusal(
    `${JSON.stringify(name.slice(0, 60))} is not in the list of settings that are set from chat`,
    `${near ? `Did you mean ${near}? ` : ''}The list: ${[...CONFIG_KEYS.keys()].sort().join(', ')}.`,
  );
}

const SENSITIVE =
  /command|librar|preload|hba|ident|auth|password|passwd|secret|token|conninfo|ssl|krb|ldap|director|_file|path|user|role|listen|port|host/i;

/** What is stored for the words of a person. @throws Refusal that names the type and the bounds. */
export function parseConfigValue({ name, in: where, type }: ConfigKey, text: string): ConfigValue {
  if (text === 'null') return null;
  const value = type.kind === 'number' ? numberIn(type, text, where) : wordIn(type, text.toLowerCase(), where);
  if (value !== undefined) return value;
  throw refusal(
    `${name}=${JSON.stringify(text.slice(0, 60))} does not fit`,
    `${name} takes ${boundsOf(type)}, or null to take it out.`,
  );
}

/** What a key takes, in words. */
export function boundsOf(type: ConfigType): string {
  if (type.kind === 'flag') return 'on or off';
  if (type.kind === 'choice') return type.of.join(', ').replace(/, (?=[^,]*$)/, ' or ');
  const unit = type.base === '' ? '' : ` (in ${type.base}, or with a unit such as ${type.base in BYTES ? '64MB' : '5min'})`;
  const also = type.also === undefined ? '' : `${type.also}, or `;
  return `${also}${type.real ? 'a number' : 'a whole number'} from ${type.min} to ${type.max}${unit}`;
}

function wordIn(type: ConfigType, word: string, where: ConfigKey['in']): ConfigValue | undefined {
  const isOn = /^(on|true|yes)$/.test(word);
  const isOff = /^(off|false|no)$/.test(word);
  const flag = isOn || isOff ? (where === 'parameters' ? (isOn ? 'on' : 'off') : isOn) : undefined;
  if (type.kind === 'choice') return type.of.includes(word) ? (flag ?? word) : undefined;
  return flag;
}

/** Patroni's own are whole numbers in their base unit; PostgreSQL's keep the unit that was typed. */
function numberIn(type: Extract<ConfigType, { kind: 'number' }>, text: string, where: ConfigKey['in']): ConfigValue | undefined {
  const amount = amountOf(type.base, text);
  if (amount === undefined) return undefined;
  const inBase = amount / factor(type.base);
  const fits = inBase === type.also || (inBase >= type.min && inBase <= type.max);
  if (!fits || (!type.real && !Number.isInteger(inBase))) return undefined;
  const bare = /^-?\d+(\.\d+)?$/.test(text);
  return where === 'parameters' && !bare ? text.replaceAll(/\s/g, '') : inBase;
}

/** Bytes, milliseconds or the bare number of a text such as `64MB`, `5min`, `-1`; `undefined` when it is none. */
function amountOf(base: BaseUnit, text: string): number | undefined {
  const [, digits, unit = ''] = /^(-?\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(text.trim()) ?? [];
  if (digits === undefined) return undefined;
  const value = Number(digits);
  if (unit === '') return value * factor(base);
  const units = base in BYTES ? BYTES : base in MILLIS ? MILLIS : {};
  const times = units[unit];
  return times === undefined ? undefined : value * times;
}

function factor(base: BaseUnit): number {
  return BYTES[base] ?? MILLIS[base] ?? 1;
}

/** A value to compare with others, whatever its unit or spelling; `undefined` when it is absent or of another form. */
export function comparable({ type, in: where }: ConfigKey, value: Json | undefined): string | number | undefined {
  if (value === undefined || value === null || typeof value === 'object') return undefined;
  if (type.kind === 'number') return amountOf(type.base, String(value));
  return String(wordIn(type, String(value).toLowerCase(), where) ?? value);
}

/** As `comparable`, of pg_settings.setting with its unit there. */
export function comparableSetting(key: ConfigKey, setting: string, unit: string | undefined): string | number | undefined {
  if (key.type.kind !== 'number') return comparable(key, setting);
  const known = [...Object.keys(BYTES), ...Object.keys(MILLIS)].includes(unit ?? '') ? (unit as BaseUnit) : '';
  return amountOf(known, setting);
}

/** The value that the dynamic configuration holds for a key; `undefined` when it was never set. */
export function heldValue({ name, in: where }: ConfigKey, config: JsonObject): Json | undefined {
  if (where === 'patroni') return config[name];
  const postgresql = objectIn(config.postgresql);
  return where === 'postgresql' ? postgresql[name] : objectIn(postgresql.parameters)[name];
}

/** The body of `PATCH /config` that sets these. */
export function patchOf(values: Readonly<Record<string, ConfigValue>>): JsonObject {
  const of = (where: ConfigKey['in']) =>
    Object.fromEntries(Object.entries(values).filter(([name]) => CONFIG_KEYS.get(name)?.in === where));
  const parameters = of('parameters');
  const postgresql = { ...of('postgresql'), ...(Object.keys(parameters).length > 0 ? { parameters } : {}) };
  return { ...of('patroni'), ...(Object.keys(postgresql).length > 0 ? { postgresql } : {}) };
}

/** A value as people read it: `64MB`, `not set`, `1 MiB (1048576)`. */
export function shownConfigValue(key: ConfigKey | undefined, value: Json | undefined): string {
  if (value === undefined || value === null) return 'not set';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'object') return JSON.stringify(value);
  if (typeof value === 'string' || key?.type.kind !== 'number' || value < 0) return String(value);
  const { base } = key.type;
  if (base === 'B') return `${formatBytes(value)} (${value})`;
  return base === '' ? String(value) : base === '8kB' ? `${formatBytes(value * 8192)} (${value} x 8kB)` : `${value} ${base}`;
}

/** pg_settings.setting with its unit as people read it: `4 MiB`, `5 min`, `100`. */
export function shownSetting(setting: string, unit: string | undefined): string {
  const value = Number(setting);
  if (unit === undefined || Number.isNaN(value) || value < 0) return setting;
  const bytes = BYTES[unit];
  const millis = MILLIS[unit];
  return bytes !== undefined
    ? formatBytes(value * bytes)
    : millis !== undefined
      ? formatDuration(value * millis)
      : `${setting} ${unit}`;
}

function objectIn(value: Json | undefined): JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : {};
}
