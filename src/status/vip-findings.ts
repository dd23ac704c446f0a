import type { Facts } from './facts.ts';
import { type Finding, finding } from './finding.ts';
import { joinNames } from './join-names.ts';

/** Exactly one host must hold the VIP. */
export function vipFindings({ snapshot: { vip } }: Facts): readonly Finding[] {
  if (!vip?.holders.ok) return [];
  const { address, holders } = vip;
  const [first, second] = holders.value;
  if (first === undefined)
    return [finding('bad', 'vip-without-holder', `no host holds the VIP ${address}: clients that use it cannot connect`)];
  if (second === undefined) return [];
  return [
    finding(
      'bad',
      'vip-two-holders',
      `${joinNames(holders.value)} hold the VIP ${address} at once`,
      'Check that the two hosts see each other (VRRP, protocol 112).',
    ),
  ];
}
