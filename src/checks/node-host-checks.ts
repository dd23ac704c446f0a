import { blocked, type Check, passed } from '../core/check.ts';
import type { PlainRebuildScene } from './plain-rebuild-scene.ts';
import type { PlainRebuildWay } from './plain-rebuild-verdict.ts';

/** Whether the member's services and files are what the steps of a rebuild act on: they stop and start it by its unit. */
export function nodeHostChecks({ node, server }: PlainRebuildScene, way: PlainRebuildWay): readonly Check[] {
  const id = 'node-host';
  if (way === 'nothing') return [];
  if (!server)
    return [blocked(id, `the host of ${node.name} could not be asked`, 'See to ssh first: the steps act there.', { hard: true })];
  if (server.process !== 'running' && node.sql.ok)
    return [
      blocked(
        id,
        `${node.name} answers by SQL, but no server runs in the data directory that is configured for it`,
        'Set dataDirectory of the member in the configuration to what `show data_directory` says.',
        { hard: true },
      ),
    ];
  if (server.process === 'running' && server.postgres.active !== 'active')
    return [
      blocked(
        id,
        `the unit of PostgreSQL on ${node.name} is ${server.postgres.active}, although the server runs`,
        server.postgres.active === 'activating'
          ? 'It is just being started: ask again in a moment.'
          : 'Start it by its unit, or set postgresUnit of the member: the steps stop and start it by systemd.',
        { hard: true },
      ),
    ];
  return [passed(id, `PostgreSQL on ${node.name} ${server.process === 'running' ? 'runs by its unit' : 'does not run'}`)];
}
