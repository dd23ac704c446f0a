import {
  blocked,
  type Check,
  ClusterName,
  exclusive,
  lookAtPatroni,
  MemberName,
  minutes,
  nothingScheduled,
  orderOf,
  PatroniFacts,
  patroniMaterial,
  patroniScene,
  passed,
  runbook,
  shared,
  scheduledAs,
  unschedule,
} from '#kit';
import { z } from 'zod';

export default runbook({
  name: 'unschedule',
  summary: 'Clear what Patroni was told to do later: a switchover, or the restart of a member',
  risk: 'interrupts-nothing',
  input: z.object({ cluster: ClusterName, member: MemberName.optional() }),
  facts: PatroniFacts,
  locks: ({ cluster }) => [shared.cluster(cluster), exclusive.config(cluster)],
  look: ({ cluster }, view) => lookAtPatroni(cluster, view),
  material: (facts, { member }) => ({
    systemId: patroniMaterial(facts).systemId,
    scheduled: orderOf(facts.snapshot, member)?.at ?? null,
  }),

  plan({ cluster, member }, facts) {
    const scene = patroniScene(facts);
    const order = orderOf(facts.snapshot, member);
    const what = member === undefined ? 'switchover' : 'restart';
    const at = order?.at ?? 'nothing';
    const answers = member === undefined || !scene.silent.includes(member);
    return {
      summary: order
        ? `Clear the ${order.says} of ${cluster}, scheduled in Patroni for ${order.at}.`
        : `Clear the scheduled ${what} of ${member ?? cluster}; there is none.`,
      checks: [memberAnswers(member, answers)],
      risk: 'interrupts-nothing',
      steps: [
        {
          id: 'clear',
          title: `Clear the scheduled ${what} of ${member ?? cluster}`,
          within: minutes(1),
          still: [scheduledAs({ cluster, at, ...(member ? { member } : {}) })],
          act: unschedule({ cluster, via: member ?? scene.via, what }),
          until: nothingScheduled(cluster, member),
        },
      ],
    };
  },
});

/** Only the member itself knows its restart, and only it can clear it. */
function memberAnswers(member: string | undefined, answers: boolean): Check {
  if (answers) return passed('can-be-asked', `Patroni on ${member ?? 'a member'} answers`);
  return blocked(
    'can-be-asked',
    `Patroni on ${member} does not answer, and only it can clear its restart`,
    'Ask again when it answers.',
    {
      hard: true,
    },
  );
}
