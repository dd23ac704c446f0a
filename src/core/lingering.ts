import type { Reading } from './reading.ts';

/** Servers of one HAProxy's primary backend whose sessions stay when they are marked down, by its configuration file. */
export interface Lingering {
  /** The host of HAProxy. */
  readonly proxy: string;
  readonly servers: Reading<readonly string[]>;
}
