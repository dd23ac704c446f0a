import { afterEach } from 'vitest';
import { releaseScenario } from '../support/release-scenario.ts';
import { useScene } from '../support/scene.ts';

const scene = useScene();

// A third member may have come further than the one that was promoted; that is another test's matter.
afterEach(() => scene.lab.reset(), 120_000);

releaseScenario(scene);
