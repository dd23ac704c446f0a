import type { Clock } from '../core/clock.ts';
import type { Reading } from '../core/reading.ts';
import { bounded, notRead } from './bounded.ts';
import type { ClusterParts } from './parts.ts';

/**
 * Who holds the virtual address, by asking every host of the pair for its addresses: a dead Keepalived can leave it on two. A host that
 * does not answer is named in the source; only when no holder is found and a host was silent is the answer unknown.
 */
export async function vipHolders(parts: ClusterParts, clock: Clock): Promise<Reading<readonly string[]> | undefined> {
  const { vip, hosts } = parts;
  if (!vip) return undefined;
  if (!hosts || vip.hosts.length === 0) return notRead(clock, 'ip addr', 'no ssh to the proxy hosts is configured');
  const answers = await Promise.all(
    vip.hosts.map(async (host) => ({ host, reading: await bounded(clock, `ip addr on ${host}`, () => hosts.addresses(host)) })),
  );
  const silent = answers.flatMap(({ host, reading }) => (reading.ok ? [] : [`${host}: ${reading.why}`]));
  const holders = answers.flatMap(({ host, reading }) => (reading.ok && reading.value.includes(vip.address) ? [host] : []));
  if (holders.length === 0 && silent.length > 0) return notRead(clock, `ip addr on ${vip.hosts.join(', ')}`, silent.join('; '));
  const asked = answers.flatMap(({ host, reading }) => (reading.ok ? [host] : []));
  const source = `ip addr on ${asked.join(', ')}${silent.length > 0 ? ` (no answer from ${silent.join('; ')})` : ''}`;
  return { ok: true, value: holders, source, atMs: clock.now() };
}
