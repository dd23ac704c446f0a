import { z } from 'zod';
import { CONFIG_KEYS, COPY_KEYS } from '../core/config-keys.ts';
import { type ConfigValue, configKey, parseConfigValue, shownConfigValue } from '../core/config-value.ts';
import { refusal, TrunklineError } from '../core/errors.ts';
import { JsonObjectSchema, type JsonObject } from '../core/json.ts';

/** Settings of the closed list with values that fit them; null takes one out. */
export const ConfigSettings = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
  .refine((set) => Object.keys(set).length > 0, 'name at least one setting')
  .superRefine((set, context) => {
    for (const [name, value] of Object.entries(set)) {
      try {
        parseConfigValue(configKey(name), typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value));
      } catch (error) {
        context.addIssue({ code: 'custom', message: error instanceof TrunklineError ? error.message : `${name} does not fit` });
      }
    }
  });

const MOST = 20;

/** `work_mem=64MB ttl=20` as settings. @throws Refusal that says which word is wrong, and what it could be. */
export function parseSettings(words: readonly string[]): Record<string, ConfigValue> {
  if (words.length > MOST)
    throw refusal(`${words.length} settings at once are too many to read`, `Change at most ${MOST} in one request.`);
  const set: Record<string, ConfigValue> = {};
  for (const word of words) {
    const [, name, value] = /^([A-Za-z0-9_.]+)=(.+)$/s.exec(word) ?? [];
    if (name === undefined || value === undefined)
      throw refusal(`${JSON.stringify(word.slice(0, 60))} is no KEY=VALUE`, 'Write it as work_mem=64MB; null takes a key out.');
    const key = configKey(name.replace(/^postgresql\.(parameters\.)?/, ''));
    if (key.name in set) throw refusal(`${key.name} is given twice`, 'Give it once.');
    set[key.name] = parseConfigValue(key, value);
  }
  return set;
}

/** True when one of them decides how long WAL is kept for a copy that goes on, or when its connection is cut. */
export function reliedOnByCopies(set: Readonly<Record<string, ConfigValue>>): boolean {
  return Object.keys(set).some((name) => COPY_KEYS.includes(name));
}

/** True when one of them is for those who administer the cluster. */
export function needsAdmin(set: Readonly<Record<string, ConfigValue>>): boolean {
  return Object.keys(set).some((name) => CONFIG_KEYS.get(name)?.who === 'admin');
}

const Held = z.object({ held: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])) });

/**
 * What takes a change back, as the input of a request of its own; `undefined` where what was held before can not be set from chat (it is
 * out of bounds, or no plain value).
 */
export function reverseOf(cluster: string, set: Readonly<Record<string, ConfigValue>>, material: JsonObject) {
  const held = Held.safeParse(material);
  if (!held.success) return undefined;
  const back = Object.fromEntries(Object.keys(set).map((name) => [name, held.data.held[name] ?? null]));
  if (!ConfigSettings.safeParse(back).success) return undefined;
  const shown = (name: string, value: ConfigValue | undefined) => shownConfigValue(CONFIG_KEYS.get(name), value);
  const words = Object.entries(back).map(([name, value]) => `${name} ${shown(name, set[name])} -> ${shown(name, value)}`);
  return { says: words.join(', '), input: JsonObjectSchema.parse({ cluster, set: back }) };
}
