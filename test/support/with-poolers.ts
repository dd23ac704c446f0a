import { generations } from '../../lab/inventory.ts';
import { labFolder, labPaths } from '../../lab/paths.ts';
import { listPoolers } from '../../lab/pooler.ts';
import { labSecrets } from '../../lab/secrets.ts';
import { debian } from './scene.ts';

/** The change of the bot's configuration that lists the balancers' PgBouncers, made before a scene is. */
export async function withPoolers(): Promise<(config: Record<string, unknown>) => Record<string, unknown>> {
  return listPoolers(await labSecrets(labPaths(generations[debian], labFolder()).secrets));
}
