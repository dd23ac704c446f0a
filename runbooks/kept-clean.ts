import {
  ClusterName,
  deleteKept,
  exclusive,
  formatBytes,
  KeptFacts,
  KeptName,
  keptChecks,
  keptFolder,
  keptGone,
  keptIs,
  known,
  lookAtKept,
  MemberName,
  minutes,
  runbook,
} from '#kit';
import { z } from 'zod';

export default runbook({
  name: 'kept-clean',
  summary: 'Delete an old data directory or WAL that a run has put aside',
  risk: 'can-lose-data',
  input: z.object({ cluster: ClusterName, node: MemberName, folder: KeptName }),
  facts: KeptFacts,
  locks: ({ cluster, node }) => [exclusive.member(cluster, node)],
  look: ({ cluster, node }, view) => lookAtKept(cluster, node, view),
  material: ({ kept }) => ({ kept: (known(kept) ?? []).map(({ suffix, sinceMs }) => `${suffix} ${sinceMs}`) }),

  plan({ cluster, node, folder }, facts) {
    const found = keptFolder(facts, node, folder);
    const { suffix, sinceMs, bytes, path } = found;
    return {
      summary: `Delete ${folder} on ${node} of ${cluster}: ${formatBytes(bytes)} that a run has put aside. It can not be brought back.`,
      checks: keptChecks(facts, node, found),
      risk: 'can-lose-data',
      riskReason: 'what was kept to be looked at is gone then',
      steps: [
        {
          id: 'delete',
          title: `Delete ${path} on ${node}`,
          within: minutes(60),
          still: [keptIs({ cluster, member: node, suffix, sinceMs })],
          act: deleteKept({ cluster, member: node, suffix }),
          until: keptGone(cluster, node, suffix),
        },
      ],
    };
  },
});
