import type { Snapshot } from '../core/cluster.ts';

/** What is known of the way that clients take to the leader. */
export interface Way {
  readonly hasProxies: boolean;
  /** Whether a HAProxy can be told at once. */
  readonly tellsProxies: boolean;
  /** Whether a write that is confirmed can be proven. */
  readonly probesWrites: boolean;
}

export const wayOf = ({ cluster, proxies }: Snapshot): Way => ({
  hasProxies: proxies.length > 0,
  tellsProxies: cluster.tellsProxies === true,
  probesWrites: cluster.probesWrites === true,
});

/** What a plan says of the write that proves a promotion. */
export const writeNote = ({ cluster }: Snapshot): string =>
  cluster.probesWrites === true
    ? 'At the end a write of the write probe must be confirmed by the new primary.'
    : 'No write probe is configured, so that no write proves the new primary: it is proven by SQL alone.';
