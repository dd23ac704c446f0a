import {
  ClusterName,
  type Conclusion,
  changeWords,
  ConfigFacts,
  configChecks,
  configHolds,
  configMaterial,
  configRisk,
  configScene,
  configSeen,
  configSet,
  ConfigSettings,
  dcsHasQuorum,
  diffLines,
  type Ended,
  exclusive,
  lookAtConfig,
  needsAdmin,
  reliedOnByCopies,
  reverseOf,
  reachesAll,
  runbook,
  shared,
} from '#kit';
import { z } from 'zod';

export default runbook({
  name: 'config-set',
  summary: 'Change settings of the closed list in the dynamic configuration of Patroni',
  risk: 'interrupts-nothing',
  input: z.object({
    cluster: ClusterName,
    set: ConfigSettings,
    /** The whole configuration when it was asked, flat; filled by `settle`. */
    seen: z.object({ atMs: z.number(), config: z.record(z.string(), z.string()) }).optional(),
  }),
  facts: ConfigFacts,
  asks: ({ set }) => (needsAdmin(set) ? 'administer' : 'ask'),
  locks: ({ cluster, set }) => [(reliedOnByCopies(set) ? exclusive : shared).cluster(cluster), exclusive.config(cluster)],
  look: ({ cluster }, view) => lookAtConfig(cluster, view),
  settle: (input, facts) => ({ ...input, seen: input.seen ?? configSeen(facts) }),
  material: (facts, { set }) => configMaterial(facts, Object.keys(set)),

  plan({ cluster, set, seen }, facts) {
    const scene = configScene(facts, set);
    const { changes, via } = scene;
    const { held } = configMaterial(facts, Object.keys(set));
    const words = changes.map(changeWords);
    const shown = words.length > 3 ? `${words.slice(0, 3).join(', ')} and ${words.length - 3} more` : words.join(', ');
    return {
      summary: `Change the configuration of ${cluster}: ${shown}.`,
      checks: configChecks(scene),
      notes: diffLines(scene, facts),
      ...configRisk(scene),
      steps: [
        {
          id: 'set',
          title: `Change ${changes.map(({ key }) => key.name).join(', ')} and look at every member`,
          within: reachesAll(scene),
          still: [dcsHasQuorum(cluster)],
          act: configSet({ cluster, via, before: held, after: set }),
          until: configHolds({
            cluster,
            values: set,
            on: Object.fromEntries(changes.map(({ key, shownBy }) => [key.name, [...shownBy]])),
            ...(seen ? { seen } : {}),
          }),
        },
      ],
    };
  },
  conclude: ({ cluster, set }, ended) => conclude(cluster, set, ended),
});

const NO_REVERSE = {
  sign: 'info' as const,
  text: 'There is no button for the reverse: what was held before is out of the bounds for chat.',
};

function conclude(cluster: string, set: z.output<typeof ConfigSettings>, { journal, material }: Ended): Conclusion {
  const { mark, note = '' } = journal.set ?? {};
  const isSet = mark === 'done';
  const reverse = isSet ? reverseOf(cluster, set, material) : undefined;
  const says = isSet ? `the configuration of ${cluster} is changed: ${Object.keys(set).join(', ')}` : '';
  const lines = note
    .split('; ')
    .map((text) => ({ sign: /^meanwhile|wait(s)? for a restart/.test(text) ? ('warn' as const) : ('info' as const), text }));
  const pending = /waits? for a restart/.test(note);
  return {
    says: pending ? `${says}; some members wait for a restart: \`/pg restart ${cluster} --pending\`` : says,
    lines: isSet ? [...lines, ...(reverse ? [] : [NO_REVERSE])] : [],
    ...(reverse ? { reverse } : {}),
  };
}
