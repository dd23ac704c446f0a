import {
  BackendFacts,
  backendGone,
  backendIs,
  backendOf,
  ClusterName,
  endBackend,
  endingChecks,
  lookForBackend,
  MemberName,
  minutes,
  runbook,
  shared,
  statementEnded,
  statementOf,
  whoIs,
} from '#kit';
import { z } from 'zod';

export default runbook({
  name: 'terminate',
  summary: 'End one client session, or cancel its statement',
  risk: 'interrupts-writes',
  input: z.object({
    cluster: ClusterName,
    member: MemberName,
    pid: z.number().int().positive().max(4_194_304),
    cancel: z.boolean().default(false),
  }),
  facts: BackendFacts,
  locks: ({ cluster }) => [shared.cluster(cluster)],
  look: (input, view) => lookForBackend(input, view),
  material({ backend }) {
    const found = backend.ok ? backend.value : undefined;
    return { startedUs: found?.startedUs ?? null, user: found?.user ?? null, application: found?.application ?? null };
  },

  plan(input, facts) {
    const { cluster, member, pid, cancel } = input;
    const backend = backendOf(input, facts);
    const { startedUs, user, application } = backend;
    const queryStartedUs = cancel ? statementOf(input, backend) : undefined;
    const id = { cluster, member, pid, startedUs };
    const who = whoIs(backend);
    const named = { ...id, user, application };
    return {
      summary: cancel
        ? `Cancel the statement of session ${pid} on ${member} of ${cluster}: ${who}. Its session stays; PostgreSQL undoes what the statement did.`
        : `End session ${pid} on ${member} of ${cluster}: ${who}. PostgreSQL rolls back what it has not committed.`,
      checks: endingChecks(input, backend),
      risk: 'interrupts-writes',
      notes: [
        `Pinned to this very session by its start, user and application: another one with the pid ${pid} is left alone.`,
        ...(queryStartedUs !== undefined
          ? ['Pinned to the statement by its start too: one that it runs later is left alone.']
          : []),
      ],
      steps: [
        queryStartedUs !== undefined
          ? {
              id: 'cancel',
              title: `Cancel the statement of ${pid} (${who})`,
              within: minutes(2),
              still: [backendIs({ ...named, queryStartedUs })],
              act: endBackend({ ...id, queryStartedUs }),
              until: statementEnded({ ...id, queryStartedUs }),
            }
          : {
              id: 'terminate',
              title: `End the session ${pid} (${who})`,
              within: minutes(2),
              still: [backendIs(named)],
              act: endBackend(id),
              until: backendGone(id),
            },
      ],
    };
  },
});
