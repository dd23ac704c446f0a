import { afterEach } from 'vitest';
import { rebuildScenarios } from '../support/rebuild-scenarios.ts';
import { patroniConfig, useScene } from '../support/scene.ts';

const scene = useScene();

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await scene.lab.reset();
  await patroniConfig(scene, { postgresql: { use_pg_rewind: true } });
  await scene.lab.waitHealthy();
}, 180_000);

rebuildScenarios(scene);
