import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { serviceActive } from '../core/service-active.ts';
import { defineAct } from './act.ts';
import { claimedOnce } from './claimed-once.ts';
import { requireFresh } from './fresh.ts';
import { stoppedDebtId } from './stop-primary.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  /** Of the member itself; both are in the claim's name, so that a worker that was frozen can not do it to a later life of it. */
  systemId: z.string().regex(/^\d{1,20}$/),
  timeline: z.number().int().positive(),
});

const { act, build } = defineAct({
  name: 'take-down',
  args: Args,
  repeat: 'never',
  interrupts: true,
  async perform({ cluster, member, systemId, timeline }, hands, { claim, signal }) {
    const id = `${systemId}.t${timeline}`;
    if (!(await claimedOnce(hands, { claim, signal }, { cluster, member, id, what: 'the stop' })))
      return { performed: false, says: `an earlier attempt has asked systemd on ${member} to stop PostgreSQL already` };
    const claimedAtMs = hands.now();
    // While it runs: whatever starts it again from now on, makes a standby.
    await hands.hosts.run(cluster, member, { name: 'mark running standby' }, signal);
    signal.throwIfAborted();
    requireFresh(hands, claimedAtMs, { what: 'the stop', member });
    for (const verb of ['stop', 'mask'] as const)
      await hands.hosts.run(cluster, member, { name: 'service', service: 'postgres', verb }, signal);
    return { performed: true, says: `PostgreSQL on ${member} is stopped, its unit is masked, and standby.signal is there` };
  },
  // Fenced again and not started: it may be a lost branch, or half rewound.
  debt: ({ cluster, member }) => ({
    id: stoppedDebtId(cluster, member),
    says: `PostgreSQL on ${member} is stopped and fenced by a run: it serves nobody and can not take over; \`/pg rebuild ${cluster} ${member}\` brings it back`,
    release: { act: 'fence-primary', args: { cluster, member } },
    gone: serviceActive(cluster, member, 'postgres'),
  }),
});

export const takeDownAct = act;

/**
 * Stops the PostgreSQL of a member of a plain streaming cluster so that it can only come back as a standby: standby.signal first, then a
 * clean stop, then the mask, also of one that is stopped already. A debt until it runs again; it is never started as what it was.
 */
export const takeDown = (args: z.input<typeof Args>): ActData<'never'> => build(args);
