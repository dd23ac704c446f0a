import { pgbouncers } from '../../lab/pooler.ts';
import { generations } from '../../lab/inventory.ts';
import { labFolder, labPaths } from '../../lab/paths.ts';
import { labSecrets } from '../../lab/secrets.ts';
import { z } from 'zod';
import { debian } from './scene.ts';

const Config = z.looseObject({
  clusters: z.tuple([z.looseObject({ probe: z.looseObject({ password: z.string() }) })]),
});

/** Lists the balancers' PgBouncers in the bot's configuration, which has none by itself. */
export async function withPoolers(): Promise<(config: Record<string, unknown>) => Record<string, unknown>> {
  const secrets = await labSecrets(labPaths(generations[debian], labFolder()).secrets);
  return (config) => {
    const {
      clusters: [billing],
    } = Config.parse(config);
    const password = billing.probe.password.replace(/[^/]+$/, 'pgbouncer-admin');
    return { ...config, clusters: [{ ...billing, pgbouncers: pgbouncers(secrets, password) }] };
  };
}
