import { z } from 'zod';
import { Signal } from '../core/signal.ts';

const Rows = z.array(z.tuple([z.string(), z.string(), z.enum(['ours', 'theirs', 'told']), z.number(), z.string()]));
const OfCluster = z.looseObject({ cluster: z.string() });

/** A signal with the incident that it belongs to, and whose it is to tell. */
export interface Claim {
  readonly signal: Signal;
  readonly incident: string;
  /** `told`: the workspace has it already, or another signal says the same. */
  readonly verdict: 'ours' | 'theirs' | 'told';
  /** Somebody may have posted it: look before posting. */
  readonly again: boolean;
  /** A bot that lives may be posting it just now. */
  readonly isInDoubt: boolean;
  /** Ids of the untold ones of this bot that come before it. */
  readonly after: readonly string[];
}

/** What COMMIT_LUA and TAKE_LUA answer. @throws ZodError. */
export function claimsOf(reply: unknown): readonly Claim[] {
  return Rows.parse(reply).map(claimOf);
}

/**
 * The same where a newer release may have written a row: what this one does not understand, and what comes after it of the same cluster,
 * is left to others; `left` names the incidents.
 */
export function readableClaims(reply: unknown): { readonly claims: readonly Claim[]; readonly left: readonly string[] } {
  const claims: Claim[] = [];
  const left = new Set<string>();
  const clusters = new Set<string>();
  for (const row of Rows.parse(reply)) {
    const json: unknown = JSON.parse(row[0]);
    const cluster = OfCluster.safeParse(json).data?.cluster ?? '';
    if (!Signal.safeParse(json).success) clusters.add(cluster);
    if (clusters.has(cluster)) left.add(row[1]);
    else claims.push(claimOf(row));
  }
  return { claims, left: [...left] };
}

function claimOf([text, incident, verdict, again, after]: z.output<typeof Rows>[number]): Claim {
  return {
    ...{ signal: Signal.parse(JSON.parse(text)), incident, verdict },
    ...{ again: again > 0, isInDoubt: again > 1, after: after === '' ? [] : after.split('\n') },
  };
}
