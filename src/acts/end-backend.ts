import { z } from 'zod';
import { refusal } from '../core/errors.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';
import { claimedOnce } from './claimed-once.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  pid: z.number().int().positive(),
  /** backend_start in microseconds since the epoch: a pid may be used again, a pid with its start is not. */
  startedUs: z.number().int().positive(),
  /** query_start in microseconds: that statement alone is cancelled (pg_cancel_backend). Absent: the session ends (pg_terminate_backend). */
  queryStartedUs: z.number().int().positive().exactOptional(),
});

const { act, build } = defineAct({
  name: 'end-backend',
  args: Args,
  repeat: 'never',
  interrupts: true,
  async perform({ cluster, member, pid, startedUs, queryStartedUs }, hands, context) {
    const how = queryStartedUs === undefined ? 'terminate' : 'cancel';
    const what = how === 'cancel' ? `cancelling the statement of ${pid}` : `ending the session ${pid}`;
    if (!(await claimedOnce(hands, context, { cluster, member, id: `${startedUs}`, what })))
      return { performed: false, says: `an earlier attempt has told ${pid} on ${member} already; it is not told twice` };
    const id = { pid, startedUs };
    const command =
      queryStartedUs === undefined
        ? ({ name: 'terminate backend', ...id } as const)
        : ({ name: 'cancel backend', ...id, queryStartedUs } as const);
    const { stdout } = await hands.hosts.run(cluster, member, command, context.signal);
    if (stdout.trim() === 't') return { performed: true, says: `${member} has told ${pid} to ${ASKED[how]}` };
    throw refusal(
      `${member} found no such ${how === 'cancel' ? 'running statement' : 'session'} any more and did nothing`,
      `Look at \`/pg activity ${cluster} ${member}\`: it has probably ended by itself.`,
    );
  },
});

const ASKED = { cancel: 'cancel its statement', terminate: 'end' } as const;

export const endBackendAct = act;

/** Cancels the statement of exactly that backend, or ends it; PostgreSQL rolls back what was not committed (functions-admin). */
export const endBackend = (args: z.input<typeof Args>): ActData<'never'> => build(args);
