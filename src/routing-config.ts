import type { Routing } from './alerts/ports.ts';
import { createRouting } from './alerts/routing.ts';
import type { Config } from './config/schema.ts';

/** Who is told of an incident, by the configuration. */
export function routingOf({ alerts, channels, clusters }: Pick<Config, 'alerts' | 'channels' | 'clusters'>): Routing {
  return createRouting({
    rules: alerts.routes,
    channel: channels.alerts,
    targets: alerts.targets.map(({ name }) => name),
    clusters,
  });
}
