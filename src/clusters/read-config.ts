import type { Clock } from '../core/clock.ts';
import type { ConfigReadings } from '../core/cluster-config.ts';
import type { JsonObject } from '../core/json.ts';
import type { Reading } from '../core/reading.ts';
import { bounded, notRead } from './bounded.ts';
import type { ClusterParts } from './parts.ts';

/** The dynamic configuration by the DCS (or, while that is away, by the first member that answers), and pg_settings of each, all asked at once. Never rejects. */
export async function readConfig(parts: ClusterParts, clock: Clock): Promise<ConfigReadings> {
  const { info, sql } = parts;
  const [dynamic, members] = await Promise.all([
    readDynamic(parts, clock),
    Promise.all(
      info.members.map(async ({ name }) => ({
        name,
        settings: await bounded(clock, `SQL on ${name}`, () => sql.settings(name)),
      })),
    ),
  ]);
  return { dynamic, members };
}

async function readDynamic({ info, patroni, etcd }: ClusterParts, clock: Clock): Promise<Reading<JsonObject>> {
  const held = etcd && (await bounded(clock, 'etcd', () => etcd.config()));
  if (held?.ok) return held;
  if (!patroni) return notRead(clock, 'Patroni', `${info.name} is not run by Patroni`);
  const answers = await Promise.all(
    info.members.map(({ name }) => bounded(clock, `Patroni on ${name}`, () => patroni.dynamicConfig(name))),
  );
  return answers.find(({ ok }) => ok) ?? held ?? answers[0] ?? notRead(clock, 'Patroni', 'no member is configured');
}
