import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Run } from '../core/run.ts';

const Material = z.looseObject({ systemId: z.string().optional(), timeline: z.number().optional() });
const MAX_CHARACTERS = 80;

/**
 * The name of the claim that keeps one step of one run from happening twice, tied to the system identifier and the timeline that
 * were approved; the same in every attempt. Letters, digits, dot and dash, at most 80.
 */
export function claimOf(run: Pick<Run, 'id' | 'material'>, step: string): string {
  const { systemId = 'none', timeline = 0 } = Material.parse(run.material);
  const exact = `${systemId}-${timeline}-${run.id}-${step}`;
  const safe = exact.replace(/[^A-Za-z0-9.-]/g, '.');
  if (safe === exact && exact.length <= MAX_CHARACTERS) return exact;
  const digest = createHash('sha256').update(exact).digest('hex').slice(0, 12);
  return `${safe.slice(0, MAX_CHARACTERS - 13)}-${digest}`;
}
