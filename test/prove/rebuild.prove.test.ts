import { afterEach } from 'vitest';
import { haHosts } from '../../lab/inventory.ts';
import { rebuildScenarios } from '../support/rebuild-scenarios.ts';
import { patroniConfig, useScene } from '../support/scene.ts';

const scene = useScene();

afterEach(async () => {
  for (const host of haHosts) await scene.lab.heal(host);
  await patroniConfig(scene, { postgresql: { use_pg_rewind: true } });
  await scene.lab.waitHealthy();
}, 180_000);

rebuildScenarios(scene);
