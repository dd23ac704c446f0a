import { z } from 'zod';
import type { SqlMember } from '../core/cluster.ts';
import { formatLsn } from '../core/lsn.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import type { Read, Reading } from '../core/reading.ts';
import { replayedTimeline } from '../core/replayed-timeline.ts';
import type { Server } from '../core/server.ts';
import { formatBytes } from '../core/units.ts';
import { holds, impossible, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';

const Args = z.object({
  cluster: ClusterName,
  /** The primary that was stopped. */
  stopped: MemberName,
  standby: MemberName,
  systemId: z.string().regex(/^\d{1,20}$/),
  timeline: z.number().int().positive(),
});

const { state, build } = defineState({
  name: 'shutdown-replayed',
  args: Args,
  says: ({ stopped, standby }) => `${standby} has replayed the shutdown checkpoint of ${stopped}, the last record of its WAL`,
  async judge(args, view) {
    const [server, sql, standbys] = await Promise.all([
      view.server(args.cluster, args.stopped),
      view.sql(args.cluster, args.standby),
      view.server(args.cluster, args.standby),
    ]);
    return judgeReplayed(args, server, sql, standbys);
  },
});

export const shutdownReplayedState = state;

/** Nothing of the stopped primary is missing on the standby: its control file says where its WAL ends, and the standby replayed that. */
export const shutdownReplayed = (args: z.input<typeof Args>): StateData => build(args);

/**
 * Pure part. A shutdown checkpoint is the last record of a server that was stopped cleanly (CreateCheckPoint in xlog.c), and the control
 * file has where it begins; replay ends between records, so a standby that replayed past its beginning, on that timeline, has replayed all of it.
 */
export function judgeReplayed(
  { stopped, standby, systemId, timeline }: z.output<typeof Args>,
  server: Reading<Server>,
  sql: Reading<SqlMember>,
  standbys: Reading<Server>,
): Verdict {
  if (!server.ok) return notYet(`${stopped} can not be asked: ${server.why}`);
  const { control, process } = server.value;
  if (process === 'running') return notYet(`PostgreSQL on ${stopped} runs`);
  if (!control) return notYet(`the control file of ${stopped} can not be read`);
  if (control.systemId !== systemId || control.timeline !== timeline)
    return impossible(`the control file of ${stopped} is of system ${control.systemId} on timeline ${control.timeline}`);
  if (control.state !== 'shut down')
    return impossible(`${stopped} was not shut down cleanly: its control file says ${JSON.stringify(control.state)}`);
  if (!sql.ok) return notYet(`${standby} does not answer by SQL: ${sql.why}`);
  const other = notOfIt({ standby, systemId, timeline }, sql, standbys);
  if (other) return other;
  const left = control.checkpointLsn - (sql.value.replayLsn ?? 0);
  if (left >= 0)
    return notYet(
      `${standby} has not replayed the shutdown checkpoint at ${formatLsn(control.checkpointLsn)}: ${formatBytes(left)} left`,
    );
  return holds(`${standby} has replayed the shutdown checkpoint of ${stopped} at ${formatLsn(control.checkpointLsn)}`);
}

/** An LSN compares only within one timeline of one system. */
function notOfIt(
  { standby, systemId, timeline }: Pick<z.output<typeof Args>, 'standby' | 'systemId' | 'timeline'>,
  sql: Read<SqlMember>,
  server: Reading<Server>,
): Verdict | undefined {
  const { inRecovery, systemId: own } = sql.value;
  if (own !== systemId) return impossible(`${standby} belongs to another database cluster (system id ${own})`);
  if (!inRecovery) return impossible(`${standby} is out of recovery already`);
  const replays = replayedTimeline({ sql }, server)?.timeline;
  if (replays === timeline) return undefined;
  if (replays === undefined) return notYet(`which timeline ${standby} replays is not known`);
  return replays > timeline
    ? impossible(`${standby} replays timeline ${replays} already`)
    : notYet(`${standby} replays timeline ${replays}, the last WAL is on timeline ${timeline}: it has not come to it, or parted`);
}
