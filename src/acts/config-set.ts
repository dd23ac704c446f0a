import { z } from 'zod';
import { CONFIG_KEYS } from '../core/config-keys.ts';
import { comparable, configKey, heldValue, patchOf, shownConfigValue } from '../core/config-value.ts';
import { stale } from '../core/errors.ts';
import { canonicalJson, JsonSchema, type JsonObject } from '../core/json.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';
import { onceByRest } from './once-by-rest.ts';

/** Also a plan that was stored holds nothing but the closed list. */
const KeyName = z.string().refine((name) => CONFIG_KEYS.has(name), 'this setting is not in the closed list');
const Value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const Args = z.object({
  cluster: ClusterName,
  /** The member that is asked. */
  via: MemberName,
  /** What was held when it was planned; null where nothing was. */
  before: z.record(KeyName, JsonSchema),
  /** What is to be held; null takes the key out. */
  after: z.record(KeyName, Value),
});

const { act, build } = defineAct({
  name: 'config-set',
  args: Args,
  repeat: 'never',
  interrupts: false,
  perform: async ({ cluster, via, before, after }, hands, context) =>
    onceByRest(
      hands,
      {
        ...{ cluster, via, what: `the change of ${Object.keys(after).join(', ')}` },
        async send(signal) {
          mustBeAsApproved(cluster, before, await hands.patroni.rest.config(cluster));
          return hands.patroni.rest.patchConfig(cluster, via, patchOf(after), signal);
        },
      },
      context,
    ),
});

export const configSetAct = act;

/**
 * Changes settings of the closed list in the dynamic configuration: read it from the DCS, compare with what was approved, PATCH
 * (Patroni docs/rest_api.rst; never PUT, which has no compare-and-set).
 */
export const configSet = (args: z.input<typeof Args>): ActData<'never'> => build(args);

function mustBeAsApproved(cluster: string, before: JsonObject, now: JsonObject): void {
  const changed = Object.entries(before).flatMap(([name, was]) => {
    const key = configKey(name);
    const is = heldValue(key, now) ?? null;
    const same = canonicalJson(is) === canonicalJson(was) || (was !== null && comparable(key, is) === comparable(key, was));
    return same ? [] : [`${name} was ${shownConfigValue(key, was)} when it was approved and is ${shownConfigValue(key, is)} now`];
  });
  if (changed.length > 0)
    throw stale(
      `somebody else changed the configuration of ${cluster} meanwhile, so nothing was changed: ${changed.join('; ')}`,
      'Find out who, then ask again; the plan shows what is held now.',
    );
}
