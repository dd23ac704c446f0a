import type { Hands } from './hands.ts';

/**
 * Takes standby.signal away from a member that leads nobody and follows nobody. A host that booted between the mark and the mask has
 * started a standby from it, which is stopped first: it would wait for a primary for ever.
 */
export async function unmarkStandby(
  { hosts }: Pick<Hands, 'hosts'>,
  { cluster, member }: { readonly cluster: string; readonly member: string },
  signal: AbortSignal,
): Promise<void> {
  const { stdout } = await hosts.run(cluster, member, { name: 'unmark standby' }, signal);
  if (stdout.trim() !== 'standby') return;
  await hosts.run(cluster, member, { name: 'service', service: 'postgres', verb: 'stop' }, signal);
  await hosts.run(cluster, member, { name: 'unmark standby' }, signal);
}
