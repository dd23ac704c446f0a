import { releaseScenario } from '../support/release-scenario.ts';
import { useScene } from '../support/scene.ts';

releaseScenario(useScene());
