import {
  ClusterName,
  concludeDrain,
  DrainFacts,
  drainOf,
  drainScene,
  exclusive,
  inReplicaPool,
  lookForDrain,
  MemberName,
  minutes,
  runbook,
  type Step,
  shared,
  tagsAre,
  tagsBefore,
  undrain,
  undrainChecks,
} from '#kit';
import { z } from 'zod';

export default runbook({
  name: 'undrain',
  summary: 'Give a drained replica its readers and candidacy back',
  risk: 'interrupts-nothing',
  input: z.object({ cluster: ClusterName, member: MemberName }),
  facts: DrainFacts,
  locks: ({ cluster, member }) => [shared.cluster(cluster), exclusive.member(cluster, member)],
  look: (input, view) => lookForDrain(input, view),
  material: ({ debts }) => ({ debts: debts.filter(({ id }) => id.startsWith('drain ')).map(({ id, run }) => `${id} ${run}`) }),

  plan(input, facts) {
    const { cluster, member } = input;
    const scene = drainScene(input, facts);
    const before = tagsBefore(input, scene);
    const pool: Step = {
      id: 'in-pool',
      title: `Wait until every HAProxy sends readers to ${member}`,
      within: minutes(5),
      until: inReplicaPool(cluster, member),
    };
    const isBack = scene.hasProxies && !before.noloadbalance && scene.dcs.leader !== member;
    return {
      summary: `Undrain ${member} of ${cluster}: its tags become what they were before the run ${scene.debt?.run ?? ''}.`,
      checks: undrainChecks(input, scene),
      risk: 'interrupts-nothing',
      steps: [
        {
          id: 'tags',
          title: `Take the tags of the drain from ${member}`,
          within: minutes(2),
          act: undrain(cluster, member, drainOf(input, scene)),
          until: tagsAre(cluster, member, before),
        },
        ...(isBack ? [pool] : []),
      ],
    };
  },

  conclude: (input, ended) => concludeDrain(input, ended),
});
