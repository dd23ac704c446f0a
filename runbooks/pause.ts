import {
  ClusterName,
  dcsHasQuorum,
  exclusive,
  formatDuration,
  lookAtPatroni,
  notPaused,
  PatroniFacts,
  patroniMaterial,
  patroniScene,
  pause,
  pauseChecks,
  paused,
  reachesAll,
  runbook,
  shared,
  unpause,
  WHILE_PAUSED,
} from '#kit';
import { z } from 'zod';

const SHORTEST_MS = 60_000;
const LONGEST_MS = 7 * 86_400_000;

export default runbook({
  name: 'pause',
  summary: 'Take a cluster out of the hands of Patroni until somebody resumes it',
  risk: 'interrupts-nothing',
  input: z.object({
    cluster: ClusterName,
    forMs: z.number().int().min(SHORTEST_MS, 'a pause takes at least 1 minute').max(LONGEST_MS, 'a pause takes at most 7 days'),
  }),
  facts: PatroniFacts,
  locks: ({ cluster }) => [shared.cluster(cluster), exclusive.config(cluster)],
  look: ({ cluster }, view) => lookAtPatroni(cluster, view),
  material: patroniMaterial,

  plan({ cluster, forMs }, facts) {
    const scene = patroniScene(facts);
    const already = scene.dcs.config.paused;
    const end = formatDuration(forMs);
    const args = { cluster, via: scene.via, members: [...scene.names], forMs, already };
    return {
      summary: already
        ? `Keep ${cluster} paused for another ${end}, from now on as yours.`
        : `Pause Patroni of ${cluster} for ${end}.`,
      checks: pauseChecks(scene),
      notes: [
        ...WHILE_PAUSED,
        `The pause is of whoever asks for it, who is reminded shortly before its end. After ${end} the operators' channel is told, again and more loudly, until somebody types \`/pg resume ${cluster}\`: it never resumes by itself.`,
      ],
      risk: 'interrupts-nothing',
      steps: [
        {
          id: 'pause',
          title: already ? `Keep Patroni of ${cluster} paused, with a new owner and end` : `Pause Patroni of ${cluster}`,
          within: reachesAll(scene),
          still: [dcsHasQuorum(cluster), ...(already ? [] : [notPaused(cluster)])],
          act: pause(args),
          until: paused(cluster),
          ...(already ? {} : { undo: unpause(cluster, scene.names) }),
        },
      ],
    };
  },
  conclude: ({ cluster, forMs }, { snapshot, journal }) => {
    const isPaused = snapshot.dcs.ok && snapshot.dcs.value.config.paused;
    const note = journal.pause?.note;
    return {
      says: isPaused
        ? `${cluster} is paused for ${formatDuration(forMs)}. End it with \`/pg resume ${cluster}\``
        : `${cluster} is not paused`,
      lines: note ? [{ sign: isPaused ? 'ok' : 'info', text: note }] : [],
    };
  },
});
