import { z } from 'zod';
import type { Activity } from '../core/cluster.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { known } from '../core/reading.ts';
import { formatBytes, formatDuration } from '../core/units.ts';
import { impossible, notYet, type Verdict } from '../core/verdict.ts';
import type { View } from '../core/view.ts';
import { judgeRestarted } from './restarted.ts';
import { readRoles, type Roles } from './roles.ts';
import { defineState } from './state.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  /** Start of its postmaster at the plan, epoch milliseconds; 0: it did not answer by SQL then. */
  startedAtMs: z.number().int().min(0),
  timeline: z.number().int().positive(),
  maxLagBytes: z.number().int().min(0),
});
type Args = z.output<typeof Args>;

const { state, build } = defineState({
  name: 'reinitialized',
  args: Args,
  says: ({ member, timeline }) => `${member} has a new copy of the data and streams on timeline ${timeline}`,
  async judge(args, view, sinceMs) {
    const roles = await readRoles(view, args.cluster);
    const verdict = judgeRestarted({ ...args, role: 'replica' }, roles);
    if (verdict.holds || verdict.impossible) return verdict;
    if (roles.sql.get(args.member)?.ok) return neverBegun(args, roles, view.now() - sinceMs) ?? verdict;
    return copying(args, roles, await backups(args, view), { nowMs: view.now(), sinceMs }) ?? verdict;
  },
});

export const reinitializedState = state;

/**
 * The member's postmaster started later than the one at the plan, and it streams on the timeline with its lag in bounds. While it is
 * copied, the verdict tells how far the copy is (pg_stat_progress_basebackup of the member that sends it).
 */
export const reinitialized = (args: z.input<typeof Args>): StateData => build(args);

/** Patroni takes a reinit in its next loop; so long after it was asked, a server that has run on with its old data was never asked. */
const BEGINS_WITHIN_MS = 5 * 60_000;

/** Pure part: the member runs on with the data of the plan, so long after the step began. */
export function neverBegun({ member, startedAtMs }: Args, roles: Roles, elapsedMs: number): Verdict | undefined {
  const reading = roles.sql.get(member);
  const patroni = roles.dcs.ok ? roles.dcs.value.members[member]?.state : undefined;
  if (!reading?.ok || reading.value.postmasterStartedAtMs > startedAtMs || patroni === 'creating replica') return undefined;
  if (elapsedMs < BEGINS_WITHIN_MS) return undefined;
  return impossible(
    `${member} still runs with its old data ${formatDuration(BEGINS_WITHIN_MS)} after the reinit was asked for: Patroni never began it`,
  );
}

type Backup = Activity['baseBackups'][number] & { readonly from: string };

async function backups({ cluster, member }: Args, view: View): Promise<readonly Backup[]> {
  const { members } = view.cluster(cluster);
  const address = members.find(({ name }) => name === member)?.host;
  const others = members.filter(({ name }) => name !== member);
  const found = await Promise.all(
    others.map(async ({ name }) =>
      (known(await view.activity(cluster, name))?.baseBackups ?? []).map((backup) => ({ ...backup, from: name })),
    ),
  );
  const all = found.flat();
  // A member may be configured by a host name, which is no address: a single copy is then taken to be its own.
  const own = all.filter((backup) => backup.address === address);
  return own.length > 0 ? own : all.length === 1 ? all : [];
}

/** Pure part: how far the copy is; `undefined` when none is seen. */
export function copying(
  { member }: Args,
  roles: Roles,
  [backup]: readonly Backup[],
  { nowMs, sinceMs }: { readonly nowMs: number; readonly sinceMs: number },
): Verdict | undefined {
  const patroni = roles.dcs.ok ? roles.dcs.value.members[member]?.state : undefined;
  if (!backup)
    return patroni === undefined ? undefined : notYet(`Patroni says that ${member} is in state '${patroni}'; no copy runs`);
  const { from, phase, streamedBytes, totalBytes } = backup;
  const what = `${member} copies the data of ${from}`;
  if (!streamedBytes) return notYet(`${what}: ${phase}`);
  const rate = streamedBytes / Math.max(1, (nowMs - sinceMs) / 1000);
  const done = `${formatBytes(streamedBytes)}${totalBytes ? ` of ${formatBytes(totalBytes)} (${percent(streamedBytes, totalBytes)} %)` : ''}`;
  const left = totalBytes ? `, about ${formatDuration((Math.max(0, totalBytes - streamedBytes) / rate) * 1000)} left` : '';
  return notYet(`${what}: ${phase}, ${done}, ${formatBytes(Math.round(rate))} a second${left}`);
}

/** The server's estimate can be too low, and a copy that is not done is not at 100 %. */
const percent = (part: number, whole: number): number => Math.min(99, Math.floor((part / whole) * 100));
