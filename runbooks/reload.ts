import {
  ClusterName,
  concludeReload,
  lookForReload,
  MemberName,
  minutes,
  ReloadFacts,
  reload,
  reloaded,
  reloadMaterial,
  reloadPreflight,
  runbook,
  shared,
} from '#kit';
import { z } from 'zod';

export default runbook({
  name: 'reload',
  summary: 'Load the configuration of Patroni and PostgreSQL again, on one member or on all',
  risk: 'interrupts-nothing',
  input: z.object({ cluster: ClusterName, member: MemberName.optional() }),
  facts: ReloadFacts,
  locks: ({ cluster }) => [shared.cluster(cluster)],
  look: ({ cluster }, view) => lookForReload(cluster, view),
  material: (facts) => reloadMaterial(facts),

  plan({ cluster, member }, facts) {
    const { members, checks, notes } = reloadPreflight(facts, member);
    const names = members.map(({ name }) => name).join(', ');
    return {
      summary: `Load the configuration of ${names} in ${cluster} again. Nobody is cut off.`,
      checks,
      notes,
      risk: 'interrupts-nothing',
      steps: members.map(({ name, loadedAtMs }) => ({
        id: `reload-${name}`,
        title: `Reload ${name}`,
        within: minutes(3),
        act: reload(cluster, name),
        until: reloaded(cluster, name, loadedAtMs),
      })),
    };
  },

  conclude: (_input, ended) => concludeReload(ended),
});
