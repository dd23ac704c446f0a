import type { Problem } from './problem.ts';
import { idleRoutes } from './idle-routes.ts';
import type { Config } from './schema.ts';

/** What is allowed and yet is hardly meant. `config check` and the start tell it; nothing is refused because of it. */
export function configWarnings(config: Config): readonly Problem[] {
  return [...idleRoutes(config)];
}

/** A warning on two lines, as problems are told. */
export function warningWords({ path, reason, hint }: Problem): string {
  return `warning: ${path}: ${reason}\n    ${hint}\n`;
}
