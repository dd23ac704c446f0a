import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { AccessRule } from './standby.ts';

/** The line of pg_hba.conf that decides about a replication connection of a role from an address: the first that fits. */
export function decidingRule(
  rules: readonly AccessRule[],
  { role, address }: { readonly role: string; readonly address: string },
): AccessRule | undefined {
  return rules.find((rule) => rule.error === undefined && fits(rule, role, address));
}

function fits({ type, users, address, netmask }: AccessRule, role: string, from: string): boolean {
  if (!type.startsWith('host') || !(users.includes('all') || users.includes(role))) return false;
  if (address === 'all') return true;
  if (address === undefined || netmask === undefined || isIPv4(address) !== isIPv4(from)) return false;
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(address, bitsOf(netmask), family);
  return list.check(from, family);
}

/** `255.255.255.0` is 24, `ffff:ffff::` is 32. */
function bitsOf(netmask: string): number {
  const isV4 = isIPv4(netmask);
  const words = isV4 ? netmask.split('.').map(Number) : netmask.split(':').map((word) => Number.parseInt(word || '0', 16));
  return words.reduce((bits, word) => bits + word.toString(2).replaceAll('0', '').length, 0);
}
