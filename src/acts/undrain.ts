import { z } from 'zod';
import { refusal, unreachable } from '../core/errors.ts';
import { DrainName, drainDebtId } from '../core/drain-tags.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';
import type { Hands } from './hands.ts';

const { act, build } = defineAct({
  name: 'undrain',
  args: z.object({ cluster: ClusterName, member: MemberName, drain: DrainName }),
  repeat: 'harmless',
  interrupts: false,
  pays: ({ cluster, member }) => [drainDebtId(cluster, member)],
  async perform({ cluster, member, drain }, hands, { signal }) {
    await hands.hosts.run(cluster, member, { name: 'undrain tags', drain }, signal);
    const said = await reloadPatroni(hands, cluster, member, signal);
    return { performed: true, says: `the patroni.yml of ${member} is as it was before it was drained; ${said}` };
  },
});

export const undrainAct = act;

/**
 * Takes the tags of one drain out of a member's patroni.yml, as they were before, and has Patroni read it. Harmless where there are none;
 * fails where another drain has set them, so that a worker that thaws late takes no later drain back.
 */
export const undrain = (cluster: string, member: string, drain: string): ActData<'harmless'> => build({ cluster, member, drain });

/** `POST /reload`: what Patroni answered, as a clause. @throws TrunklineError when it did not take it. */
export async function reloadPatroni(hands: Hands, cluster: string, member: string, signal: AbortSignal): Promise<string> {
  const { meaning, text } = await hands.members.reload(cluster, member, signal);
  if (meaning === 'refused')
    throw refusal(`Patroni on ${member} refused to reload its file: ${text}`, 'See to what it names, then ask again.');
  if (meaning === 'unknown')
    throw unreachable(`Patroni on ${member} gave no answer to the reload (${text})`, 'See to Patroni there, then ask again.');
  return `Patroni says: ${text}`;
}
