import type { StateData } from './plan.ts';

/** The unit of that service is active on the member's host (`states/service-active.ts` judges it). */
export const serviceActive = (cluster: string, member: string, service: 'patroni' | 'postgres'): StateData => ({
  state: 'service-active',
  args: { cluster, member, service },
});
