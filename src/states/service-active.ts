import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import { holds, notYet } from '../core/verdict.ts';
import { defineState } from './state.ts';

/** `core/service-active.ts` builds it, for the debt of a stopped service. */
const { state } = defineState({
  name: 'service-active',
  args: z.object({ cluster: ClusterName, member: MemberName, service: z.enum(['patroni', 'postgres']) }),
  says: ({ member, service }) => `${service} on ${member} is active, and a boot may start it`,
  async judge({ cluster, member, service }, view) {
    const reading = await view.server(cluster, member);
    if (!reading.ok) return notYet(`${member} can not be asked: ${reading.why}`);
    const { active, enabled } = reading.value[service];
    const isMasked = enabled === 'masked';
    const says = `${service} on ${member} is ${active}${isMasked ? ', and its unit is masked' : ''}`;
    return active === 'active' && !isMasked ? holds(says) : notYet(says);
  },
});

export const serviceActiveState = state;
