import {
  ClusterName,
  clientsLeft,
  concludeDrain,
  DRAINED,
  DrainFacts,
  drain,
  drainChecks,
  drainOf,
  drainScene,
  exclusive,
  formatDuration,
  isKeptOn,
  keptDrained,
  lookForDrain,
  MemberName,
  milliseconds,
  minutes,
  notLeading,
  outOfReplicaPool,
  requireDrainable,
  runbook,
  type Step,
  shared,
  tagsAre,
  tagsBefore,
} from '#kit';
import { z } from 'zod';

export default runbook({
  name: 'drain',
  summary: 'Take readers and candidacy away from a replica, until it is undrained',
  risk: 'interrupts-nothing',
  input: z.object({
    cluster: ClusterName,
    member: MemberName,
    /** How long clients are waited for, and after how long people are reminded. */
    waitMs: z.number().int().min(0).max(3_600_000),
    keptMs: z.number().int().min(60_000, 'a drain takes at least 1 minute').max(604_800_000, 'a drain takes at most 7 days'),
  }),
  facts: DrainFacts,
  locks: ({ cluster, member }) => [shared.cluster(cluster), exclusive.drain(cluster), exclusive.member(cluster, member)],
  look: (input, view) => lookForDrain(input, view),
  material: ({ snapshot: { dcs } }) => ({ leader: dcs.ok ? (dcs.value.leader ?? null) : null }),

  plan(input, facts) {
    const { cluster, member, waitMs, keptMs } = input;
    const scene = drainScene(input, facts);
    requireDrainable(input, scene);
    const { checks, risky } = drainChecks(input, scene);
    const already = isKeptOn(scene);
    const before = scene.debt ? tagsBefore(input, scene) : scene.tags;
    const end = formatDuration(keptMs);
    const tags: Step = {
      id: 'tags',
      title: already
        ? `Keep ${member} drained, with a new owner and end`
        : `Set nofailover, noloadbalance and nosync on ${member}`,
      within: minutes(2),
      still: [notLeading(cluster, member)],
      act: drain({
        cluster,
        member,
        systemId: scene.systemId,
        before,
        keptMs,
        ...(already ? { keeps: drainOf(input, scene) } : {}),
      }),
      until: already ? keptDrained(cluster, member) : tagsAre(cluster, member, DRAINED),
    };
    return {
      summary: already
        ? `Keep ${member} of ${cluster} drained for another ${end}, from now on as yours.`
        : `Drain ${member} of ${cluster} for ${end}: no readers by HAProxy, no candidacy, not synchronous.`,
      checks,
      notes: [
        `After ${end} whoever asked for it and the operators' channel are told, until somebody types \`/pg undrain ${cluster} ${member}\`: it never ends by itself.`,
      ],
      risk: risky === undefined ? 'interrupts-nothing' : 'interrupts-writes',
      ...(risky === undefined ? {} : { riskReason: risky }),
      steps: [tags, ...(already ? [] : emptied(cluster, member, { waitMs, hasProxies: scene.hasProxies }))],
    };
  },

  conclude: (input, ended) => concludeDrain(input, ended),
});

/** Readers leave: those of HAProxy are cut, the others are waited for. */
function emptied(
  cluster: string,
  member: string,
  { waitMs, hasProxies }: { readonly waitMs: number; readonly hasProxies: boolean },
): readonly Step[] {
  const pool: Step = {
    id: 'out-of-pool',
    title: `Wait until no HAProxy sends readers to ${member}`,
    within: minutes(2),
    until: outOfReplicaPool(cluster, member),
  };
  const clients: Step = {
    id: 'clients',
    title: `Wait at most ${formatDuration(waitMs)} for the clients of ${member} to leave`,
    within: milliseconds(waitMs + 60_000),
    until: clientsLeft(cluster, member, waitMs),
  };
  return [...(hasProxies ? [pool] : []), clients];
}
