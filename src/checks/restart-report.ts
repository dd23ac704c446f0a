import type { MemberReadings, Snapshot, SqlMember } from '../core/cluster.ts';
import { known } from '../core/reading.ts';
import type { RunReport } from '../core/run.ts';
import type { Conclusion, Ended } from '../core/runbook.ts';
import { formatBytes } from '../core/units.ts';
import { pendingClause } from './restart-facts.ts';

type Line = RunReport['lines'][number];

/** What a restart came to, by what the cluster shows after it: who leads, who streams, since when each runs, what still waits. */
export function concludeRestart({ plan, journal, snapshot }: Ended): Conclusion {
  const { leader, lines } = membersNow(snapshot);
  const steps = plan.steps.filter(({ id }) => id.startsWith('restart-') || id.startsWith('restarted-'));
  const done = steps.filter(({ id }) => ['done', 'already'].includes(journal[id]?.mark ?? ''));
  const names = done.map(({ id }) => id.replace(/^restart(ed)?-/, ''));
  const left = snapshot.members.filter((member) => pendingClause(member) !== undefined).map(({ name }) => name);
  const restarted = names.length === 0 ? 'nobody was restarted' : `${names.join(', ')} restarted`;
  const of = steps.length > done.length ? ` (${done.length} of ${steps.length})` : '';
  const leads = leader === undefined ? 'no leader is proven' : `${leader.name} leads on timeline ${leader.sql.timeline}`;
  const waits = left.length > 0 ? `; a restart is still pending on ${left.join(', ')}` : '';
  return { says: `${snapshot.cluster.name}: ${restarted}${of}; ${leads}${waits}`, lines };
}

/** What a reinit came to. */
export function concludeReinit(member: string, { journal, snapshot }: Ended): Conclusion {
  const { leader, lines } = membersNow(snapshot);
  const row = leader?.sql.standbys.find(({ name }) => name === member);
  const copied = journal.reinit?.mark === 'done';
  const now =
    row?.state === 'streaming' && leader ? `streams from ${leader.name} on timeline ${leader.sql.timeline}` : 'does not stream';
  return { says: copied ? `${member} has a new copy of the data and ${now}` : `${member} ${now}; the reinit is not done`, lines };
}

/** The proven leader and a line for each member; the members that still wait for a restart say for what. */
export function membersNow(snapshot: Snapshot): {
  readonly leader: { readonly name: string; readonly sql: SqlMember } | undefined;
  readonly lines: readonly Line[];
} {
  const found = snapshot.members.find(
    ({ name, sql }) => name === known(snapshot.dcs)?.leader && known(sql)?.inRecovery === false,
  );
  const sql = known(found?.sql);
  const leader = found && sql ? { name: found.name, sql } : undefined;
  return { leader, lines: snapshot.members.map((member) => line(member, leader)) };
}

function line(member: MemberReadings, leader: { readonly name: string; readonly sql: SqlMember } | undefined): Line {
  const { name, sql } = member;
  if (!sql.ok) return { sign: 'bad', text: `${name} does not answer by SQL: ${sql.why}` };
  const since = `, runs since ${new Date(sql.value.postmasterStartedAtMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  const pending = pendingClause(member);
  const tail = pending === undefined ? since : `${since}; ${pending}`;
  const sign = pending === undefined ? 'ok' : 'warn';
  if (name === leader?.name) return { sign, text: `${name} leads on timeline ${sql.value.timeline}${tail}` };
  if (!sql.value.inRecovery) return { sign: 'bad', text: `${name} is out of recovery, but does not lead${tail}` };
  const row = leader?.sql.standbys.find((standby) => standby.name === name);
  if (!leader || row?.state !== 'streaming')
    return {
      sign: 'bad',
      text: `${name} does not stream from ${leader?.name ?? 'a leader'} (${row?.state ?? 'not connected'})${tail}`,
    };
  const { replayLsn } = row;
  const written = leader.sql.writeLsn;
  const lag =
    replayLsn === undefined || written === undefined
      ? 'lag not known'
      : `replays ${formatBytes(Math.max(0, written - replayLsn))} behind`;
  return { sign, text: `${name} streams, ${lag}${tail}` };
}
