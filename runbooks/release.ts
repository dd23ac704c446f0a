import {
  ClusterName,
  concludeRelease,
  dcsHasQuorum,
  exclusive,
  holderIsNoPrimary,
  lookForRelease,
  minutes,
  newPrimary,
  notPaused,
  planRelease,
  ReleaseFacts,
  releaseMaterial,
  runbook,
  serverIs,
  startServer,
  stopServer,
  streaming,
} from '#kit';
import { z } from 'zod';

export default runbook({
  name: 'release',
  summary: 'End a wedge: a member that is no primary holds the leader key',
  risk: 'interrupts-writes',
  emergency: true,
  input: z.object({ cluster: ClusterName }),
  facts: ReleaseFacts,
  locks: ({ cluster }) => [exclusive.cluster(cluster)],
  look: ({ cluster }, view) => lookForRelease(cluster, view),
  material: (facts) => releaseMaterial(facts),

  plan({ cluster }, facts) {
    const { holder, best, timeline, systemId, checks, notes, mayLose } = planRelease(facts);
    const next = timeline + 1;
    return {
      summary: `Take the leader key of ${cluster} from ${holder}: ${best} leads on timeline ${next} then.`,
      checks,
      notes,
      risk: mayLose === undefined ? 'interrupts-writes' : 'can-lose-data',
      ...(mayLose === undefined ? {} : { riskReason: mayLose }),
      steps: [
        {
          id: 'stop',
          title: `Stop Patroni and PostgreSQL on ${holder}, which frees the key`,
          within: minutes(5),
          still: [holderIsNoPrimary(cluster, holder), dcsHasQuorum(cluster), notPaused(cluster)],
          act: stopServer({ cluster, member: holder, service: 'patroni', systemId, timeline }),
          until: serverIs({ cluster, member: holder, process: 'stopped', service: 'patroni' }),
        },
        {
          id: 'promoted',
          title: `Wait until another member than ${holder} takes writes on timeline ${next}`,
          within: minutes(3),
          until: newPrimary(cluster, holder, next),
        },
        {
          id: 'start',
          title: `Start Patroni on ${holder} and wait until it streams`,
          within: minutes(5),
          act: startServer({ cluster, member: holder, service: 'patroni' }),
          until: streaming(cluster, [holder], next),
        },
      ],
    };
  },

  conclude: (_input, ended) => concludeRelease(ended),
});
