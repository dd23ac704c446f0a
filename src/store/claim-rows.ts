import { z } from 'zod';
import { Signal } from '../core/signal.ts';

const Rows = z.array(z.tuple([z.string(), z.string(), z.enum(['ours', 'theirs', 'told']), z.number(), z.string()]));
const Line = z.looseObject({ cluster: z.string(), condition: z.unknown().optional() });

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

/**
 * What COMMIT_LUA answers about these signals; one that a newer release has stored in words of its own is told in ours.
 * @throws ZodError.
 */
export function claimsOf(reply: unknown, signals: readonly Signal[]): readonly Claim[] {
  return Rows.parse(reply).map((row, i) => {
    const own = signals[i];
    return own && !Signal.safeParse(JSON.parse(row[0])).success
      ? claimOf([JSON.stringify(own), row[1], row[2], row[3], row[4]])
      : claimOf(row);
  });
}

/**
 * The same where a newer release may have written a row: what this one does not understand, and what comes after it in the same
 * order, is left to others; `left` names the incidents.
 */
export function readableClaims(reply: unknown): { readonly claims: readonly Claim[]; readonly left: readonly string[] } {
  const claims: Claim[] = [];
  const left = new Set<string>();
  const lines = new Set<string>();
  for (const row of Rows.parse(reply)) {
    const json: unknown = JSON.parse(row[0]);
    const line = lineOf(json);
    if (!Signal.safeParse(json).success) lines.add(line);
    if (lines.has(line)) left.add(row[1]);
    else claims.push(claimOf(row));
  }
  for (const { incident } of claims) left.delete(incident);
  return { claims, left: [...left] };
}

/** What is told in order: the changes of a cluster's leader, and apart from them what is wrong beside it. */
function lineOf(json: unknown): string {
  const { cluster, condition } = Line.safeParse(json).data ?? { cluster: '' };
  return condition === undefined ? cluster : `${cluster} condition`;
}

function claimOf([text, incident, verdict, again, after]: z.output<typeof Rows>[number]): Claim {
  return {
    ...{ signal: Signal.parse(JSON.parse(text)), incident, verdict },
    ...{ again: again > 0, isInDoubt: again > 1, after: after === '' ? [] : after.split('\n') },
  };
}
