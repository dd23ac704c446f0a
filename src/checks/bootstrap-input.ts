import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { Risk } from '../core/plan.ts';
import type { BootstrapScene } from './bootstrap-scene.ts';

/** What both ways of making a standby are asked for. */
export const BootstrapInput = z.object({
  cluster: ClusterName,
  member: MemberName,
  maxRateKibPerSecond: z.number().int().min(32).max(1_048_576),
  /** The member again, where its old data directory shall be deleted. */
  discard: MemberName.optional(),
});

/** Nothing that clients notice, unless something is deleted that nobody has looked into. */
export function bootstrapRisk(scene: BootstrapScene | undefined): { readonly risk: Risk; readonly riskReason?: string } {
  if (!scene || !discardsData(scene)) return { risk: 'interrupts-nothing' };
  return { risk: 'can-lose-data', riskReason: `the old data directory of ${scene.member} is deleted` };
}

/** Whether there is something to delete. */
export function discardsData({ discards, host }: BootstrapScene): boolean {
  return discards && host.paths[host.places.dataDirectory]?.kind === 'filled';
}
