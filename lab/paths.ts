import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Generation, HostName } from './inventory.ts';

/** Where one generation of the lab keeps things. Everything is below `$TRUNKLINE_LAB`, or `~/.cache/trunkline-lab`. */
export interface LabPaths {
  readonly root: string;
  readonly images: string;
  readonly snapshots: string;
  readonly secrets: string;
  /** All that the hosts wrote since they were made from the snapshot. */
  readonly live: string;
  /** What one host wrote since it was made from the snapshot. */
  readonly host: (name: HostName) => HostPaths;
  /** Whether a host has been booted since the lab is up. */
  readonly hasRun: (name: HostName) => boolean;
  /** The pgBackRest repository that the members and the backup host share. */
  readonly repository: string;
}

export interface HostPaths {
  readonly folder: string;
  /** The merged file system: the base image below, `upper` above. */
  readonly root: string;
  readonly upper: string;
  readonly work: string;
  /** Folders that are bound into the host as they are, so that databases do not live on an overlay. */
  readonly volumes: string;
  readonly console: string;
}

/** Facts of the running lab, readable whichever folder it was started from. */
export const runtimeFolder = '/run/trunkline-lab';

export function labFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env.TRUNKLINE_LAB || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'trunkline-lab');
}

export function labPaths(generation: Generation, folder: string = labFolder()): LabPaths {
  const root = join(folder, `debian${generation.debian}`);
  const live = join(root, 'live');
  return {
    root,
    images: join(root, 'images'),
    snapshots: join(root, 'snapshots'),
    secrets: join(root, 'secrets'),
    live,
    host: (name) => hostPaths(join(live, name)),
    hasRun: (name) => existsSync(join(live, name)),
    repository: join(live, 'repository'),
  };
}

export function hostPaths(folder: string): HostPaths {
  return {
    folder,
    root: join(folder, 'root'),
    upper: join(folder, 'upper'),
    work: join(folder, 'work'),
    volumes: join(folder, 'volumes'),
    console: join(folder, 'console.log'),
  };
}
