import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import type { Reading } from '../core/reading.ts';
import type { Backend } from '../core/sessions.ts';
import { holds, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';

const Id = z.object({
  cluster: ClusterName,
  member: MemberName,
  pid: z.number().int().positive(),
  /** backend_start in microseconds since the epoch. */
  startedUs: z.number().int().positive(),
});
type Id = z.output<typeof Id>;
type Judge = (backend: Backend | undefined) => Verdict;

const same = defineState({
  name: 'backend-is',
  args: Id.extend({
    user: z.string(),
    application: z.string(),
    /** query_start in microseconds, where one statement is meant. */
    queryStartedUs: z.number().int().positive().exactOptional(),
  }),
  says: ({ pid, user, member }) => `${pid} on ${member} is still that session of ${user}`,
  judge: async (id, view) =>
    judgeBackend(id, await view.backend(id.cluster, id.member, id.pid), (backend) => {
      if (!backend) return notYet(`the session ${id.pid} on ${id.member} has ended by itself`);
      if (backend.user !== id.user || backend.application !== id.application)
        return notYet(`${id.pid} on ${id.member} calls itself another by now: ${backend.user} (${backend.application})`);
      if (backend.kind !== 'client backend') return notYet(`${id.pid} on ${id.member} is a ${backend.kind}`);
      if (id.queryStartedUs !== undefined && (backend.state !== 'active' || backend.queryStartedUs !== id.queryStartedUs))
        return notYet(`${id.pid} on ${id.member} runs another statement by now, or none`);
      return holds(`${id.pid} on ${id.member} is still that session of ${id.user}`);
    }),
});

const gone = defineState({
  name: 'backend-gone',
  args: Id,
  says: ({ pid, member }) => `the session ${pid} is gone from ${member}`,
  judge: async (id, view) =>
    judgeBackend(id, await view.backend(id.cluster, id.member, id.pid), (backend) =>
      backend
        ? notYet(
            `the session ${id.pid} is still there (${backend.state || backend.kind}): PostgreSQL ends it at its next safe point`,
          )
        : holds(`the session ${id.pid} is gone from ${id.member}`),
    ),
});

const ended = defineState({
  name: 'statement-ended',
  args: Id.extend({ queryStartedUs: z.number().int().positive() }),
  says: ({ pid, member }) => `the statement of ${pid} on ${member} has ended`,
  judge: async (id, view) =>
    judgeBackend(id, await view.backend(id.cluster, id.member, id.pid), (backend) => {
      if (!backend) return holds(`the session ${id.pid} is gone from ${id.member}, and its statement with it`);
      if (backend.state === 'active' && backend.queryStartedUs === id.queryStartedUs)
        return notYet(`the statement of ${id.pid} still runs: PostgreSQL cancels it at its next safe point`);
      return holds(`the statement of ${id.pid} has ended; the session is ${backend.state}`);
    }),
});

export const backendIsState = same.state;
export const backendGoneState = gone.state;
export const statementEndedState = ended.state;

type Named = { readonly user: string; readonly application: string; readonly queryStartedUs?: number };

/** That very backend, by pid and start, of the same user and application; with `queryStartedUs` while it runs that statement. */
export const backendIs = (id: Id & Named): StateData => same.build(id);
/** That very backend is gone, whoever has its pid now. */
export const backendGone = (id: Id): StateData => gone.build(id);
/** It runs that statement no more, or is gone. */
export const statementEnded = (id: Id & { readonly queryStartedUs: number }): StateData => ended.build(id);

/** `judge` gets the backend if it is that very one. */
function judgeBackend({ member, pid, startedUs }: Id, reading: Reading<Backend | undefined>, judge: Judge): Verdict {
  if (!reading.ok) return notYet(`the session ${pid} on ${member} cannot be read: ${reading.why}`);
  return judge(reading.value?.startedUs === startedUs ? reading.value : undefined);
}
