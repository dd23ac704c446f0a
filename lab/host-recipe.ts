import type { Generation } from './inventory.ts';
import type { LabSecrets } from './secrets.ts';

export interface HostFile {
  readonly path: string;
  readonly content: string;
  /** Default 0644. */
  readonly mode?: number;
  /** Default root; also owns a folder that has to be made for the file. */
  readonly owner?: 'root' | 'postgres' | 'trunkline' | 'trunkline-read';
}

export interface HostRecipe {
  readonly files: readonly HostFile[];
  /** Units that start at boot. */
  readonly units: readonly string[];
  /** Units that must never start. */
  readonly masked: readonly string[];
}

export interface LabSettings {
  readonly generation: Generation;
  readonly secrets: LabSecrets;
  readonly timings: { readonly ttl: number; readonly loopWait: number; readonly retryTimeout: number };
}
