import { z } from 'zod';
import { DRAINED, DrainName, DrainTags, drainDebtId } from '../core/drain-tags.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';
import { claimedOnce } from './claimed-once.ts';
import { reloadPatroni } from './undrain.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  systemId: z.string().regex(/^\d{1,20}$/),
  /** What the tags were, so that it is known when they are that again. */
  before: DrainTags,
  /** How long it is meant to stay drained before people are reminded, in milliseconds. */
  keptMs: z.number().int().positive(),
  /** The drain that stands already; this only gives it another owner and end. */
  keeps: DrainName.exactOptional(),
});

const { act, build } = defineAct({
  name: 'drain',
  args: Args,
  repeat: 'never',
  interrupts: true,
  debt: ({ cluster, member, before, keptMs, keeps }, claim) => ({
    id: drainDebtId(cluster, member),
    says: `${member} is drained: it takes no readers and cannot lead`,
    release: { act: 'undrain', args: { cluster, member, drain: keeps ?? claim } },
    gone: { state: 'tags-are', args: { cluster, member, tags: before } },
    kept: {
      forMs: keptMs,
      endBy: `/pg undrain ${cluster} ${member}`,
      keepBy: `/pg drain ${cluster} ${member} --for 1h --reason ...`,
      ...(keeps === undefined ? {} : { anyhow: true }),
    },
  }),
  async perform({ cluster, member, systemId, keeps }, hands, context) {
    const ours = await claimedOnce(hands, context, { cluster, member, id: systemId, what: `draining ${member}` });
    if (ours) await hands.hosts.run(cluster, member, { name: 'drain tags', drain: keeps ?? context.claim }, context.signal);
    const said = await reloadPatroni(hands, cluster, member, context.signal);
    const tags = Object.keys(DRAINED).join(', ');
    return ours
      ? { performed: true, says: `${tags} stand in the patroni.yml of ${member}; ${said}` }
      : { performed: false, says: `an earlier attempt has changed the patroni.yml of ${member}; ${said}` };
  },
});

export const drainAct = act;

/** Sets nofailover, noloadbalance and nosync in a member's patroni.yml and has Patroni read it. Left behind until undrained. */
export const drain = (args: z.input<typeof Args>): ActData<'never'> => build(args);
