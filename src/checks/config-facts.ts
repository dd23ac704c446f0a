import { z } from 'zod';
import type { ConfigReadings } from '../core/cluster-config.ts';
import { flatConfig } from '../core/config-flat.ts';
import { configKey, heldValue } from '../core/config-value.ts';
import type { Json } from '../core/json.ts';
import { known } from '../core/reading.ts';
import type { View } from '../core/view.ts';
import { PatroniFacts, patroniMaterial } from './patroni-facts.ts';

/** What a change of the dynamic configuration is planned from. */
export const ConfigFacts = PatroniFacts.extend({
  config: z.custom<ConfigReadings>((value) => typeof value === 'object' && value !== null),
});
export type ConfigFacts = z.output<typeof ConfigFacts>;

/** Reads the cluster, its configuration and every member's settings afresh. */
export async function lookAtConfig(cluster: string, view: View): Promise<ConfigFacts> {
  const [snapshot, config] = await Promise.all([view.snapshot(cluster), view.config(cluster)]);
  return { atMs: view.now(), snapshot, config };
}

/** The values that were held when it was asked: another one makes the approval stale. */
export function configMaterial(facts: ConfigFacts, names: readonly string[]): { systemId: string; held: Record<string, Json> } {
  const dynamic = known(facts.config.dynamic) ?? {};
  const held = Object.fromEntries(names.map((name) => [name, heldValue(configKey(name), dynamic) ?? null]));
  return { systemId: patroniMaterial(facts).systemId, held };
}

/** The whole configuration, flat, and when it was read, to tell afterwards what else was changed meanwhile. */
export function configSeen({ atMs, config }: ConfigFacts): { atMs: number; config: Record<string, string> } {
  return { atMs, config: { ...flatConfig(known(config.dynamic) ?? {}) } };
}
