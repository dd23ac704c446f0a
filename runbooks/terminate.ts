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
  type Step,
  shared,
  statementEnded,
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
    const { startedUs, user, application, queryStartedUs } = backend;
    const id = { cluster, member, pid, startedUs };
    const who = whoIs(backend);
    const common = { within: minutes(2), still: [backendIs({ ...id, user, application })] } satisfies Partial<Step>;
    return {
      summary: cancel
        ? `Cancel the statement of session ${pid} on ${member} of ${cluster}: ${who}. Its session stays; PostgreSQL undoes what the statement did.`
        : `End session ${pid} on ${member} of ${cluster}: ${who}. PostgreSQL rolls back what it has not committed.`,
      checks: endingChecks(input, backend),
      risk: 'interrupts-writes',
      notes: [`Pinned to this very session by its start, user and application: another one with the pid ${pid} is left alone.`],
      steps: [
        cancel && queryStartedUs !== undefined
          ? {
              ...common,
              id: 'cancel',
              title: `Cancel the statement of ${pid} (${who})`,
              act: endBackend({ ...id, how: 'cancel' }),
              until: statementEnded({ ...id, queryStartedUs }),
            }
          : {
              ...common,
              id: 'terminate',
              title: `End the session ${pid} (${who})`,
              act: endBackend({ ...id, how: 'terminate' }),
              until: backendGone(id),
            },
      ],
    };
  },
});
