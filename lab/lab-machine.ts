import type { LabSettings } from './host-recipe.ts';
import type { LabPaths } from './paths.ts';
import type { Log } from './steps.ts';

/** What booting and resetting work on: one lab with its options. */
export interface Machine {
  readonly settings: LabSettings;
  readonly paths: LabPaths;
  readonly pgdataLimit: string | undefined;
  readonly log: Log;
}
