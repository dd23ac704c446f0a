import { z } from 'zod';
import { blocked, type Check, passed, warned } from '../core/check.ts';
import { refusal } from '../core/errors.ts';
import { anObject } from '../core/member-facts.ts';
import type { Reading } from '../core/reading.ts';
import type { Backend } from '../core/sessions.ts';
import { sqlShape } from '../core/sql-shape.ts';
import { formatDuration } from '../core/units.ts';
import type { View } from '../core/view.ts';

export interface Ending {
  readonly cluster: string;
  readonly member: string;
  readonly pid: number;
  /** Cancels the running statement and leaves the session. */
  readonly cancel: boolean;
}

export const BackendFacts = z.object({ backend: anObject<Reading<Backend | undefined>>() });
export type BackendFacts = z.output<typeof BackendFacts>;

export async function lookForBackend({ cluster, member, pid }: Ending, view: View): Promise<BackendFacts> {
  return { backend: await view.backend(cluster, member, pid) };
}

/** The backend itself. @throws Refusal when it can't be read or there is none. */
export function backendOf({ cluster, member, pid }: Ending, { backend }: BackendFacts): Backend {
  const look = `Look at \`/pg activity ${cluster} ${member}\`.`;
  if (!backend.ok) throw refusal(`the sessions of ${member} cannot be read: ${backend.why}`, 'Ask again when it answers by SQL.');
  if (!backend.value) throw refusal(`there is no session ${pid} on ${member} now: nothing to do`, look);
  return backend.value;
}

/** When its statement began, which alone is cancelled. @throws Refusal where PostgreSQL does not say, as a later one could be meant. */
export function statementOf({ cluster, member, pid }: Ending, { queryStartedUs, state }: Backend): number {
  if (queryStartedUs !== undefined) return queryStartedUs;
  const why = state === 'disabled' ? 'track_activities is off for it' : 'it has run none yet';
  throw refusal(
    `when the statement of ${pid} on ${member} began is not known (${why}), so a cancel could hit another one`,
    `Look at \`/pg activity ${cluster} ${member}\`, or end the session: leave out \`--cancel\`.`,
  );
}

/** `app (reports) from 10.0.0.5`. */
export function whoIs({ user, application, client }: Pick<Backend, 'user' | 'application' | 'client'>): string {
  const name = application === '' ? user : `${user} (${application.slice(0, 60)})`;
  return `${name || 'nobody'}${client === undefined ? '' : ` from ${client}`}`;
}

/** The pre-flight list of ending a session or its statement. */
export function endingChecks(asked: Ending, backend: Backend): readonly Check[] {
  return [
    kind(asked, backend),
    own(backend),
    patronis(asked, backend),
    superuser(backend),
    backup(backend),
    work(asked, backend),
  ].flat();
}

function kind({ pid, member }: Ending, backend: Backend): Check {
  if (backend.kind === 'client backend') return passed('kind', `${pid} on ${member} is a client session of ${whoIs(backend)}`);
  const what = KINDS[backend.kind] ?? 'a process of PostgreSQL itself, which it would only start again';
  return blocked('kind', `${pid} on ${member} is a ${backend.kind}: ${what}`, 'Only client sessions are ended here.', {
    hard: true,
  });
}

const KINDS: Readonly<Record<string, string>> = {
  walsender: 'a standby, a backup or a receiver of WAL reads through it',
  'autovacuum worker': 'PostgreSQL would start the same vacuum again; cancel it by a lock that it gives way to, or let it end',
  'parallel worker': 'it ends with the session that it works for',
};

function own({ isOurs }: Backend): readonly Check[] {
  if (!isOurs) return [];
  return [blocked('own', "it is one of Trunkline's own sessions", 'Stop Trunkline if it is in the way.', { hard: true })];
}

function patronis({ member }: Ending, { application }: Backend): readonly Check[] {
  if (!/^patroni/i.test(application)) return [];
  const says = `Patroni watches ${member} through it: without it a healthy member can look dead`;
  return [blocked('patroni', says, 'Restart Patroni there if its session hangs.', { hard: true })];
}

function superuser({ isSuperuser, user }: Backend): readonly Check[] {
  if (!isSuperuser) return [];
  const says = `${user} is a superuser: it may be a person or a tool at work on the server`;
  return [blocked('superuser', says, 'Ask whose it is, then override this check.', { hard: false })];
}

function backup({ application }: Backend): readonly Check[] {
  if (!/^pgBackRest \[backup/.test(application)) return [];
  return [blocked('backup', 'a backup of pgBackRest runs in it and would fail', 'Let the backup end.', { hard: false })];
}

function work({ cancel, pid }: Ending, backend: Backend): readonly Check[] {
  const { state, transactionMs, blocks, query } = backend;
  const since = transactionMs === undefined ? 'not in a transaction' : `in its transaction for ${formatDuration(transactionMs)}`;
  const waiting = blocks > 0 ? `, ${blocks} ${blocks === 1 ? 'session waits' : 'sessions wait'} for it` : ', nobody waits for it';
  const says = `it is ${state || 'of unknown state'}, ${since}${waiting}`;
  const statement = passed('statement', `its ${state === 'active' ? '' : 'last '}statement: ${sqlShape(query) || 'none'}`);
  if (cancel && state !== 'active')
    return [
      blocked(
        'work',
        `${pid} runs no statement that could be cancelled: ${says}`,
        'End the session instead: leave out `--cancel`.',
        {
          hard: true,
        },
      ),
    ];
  if (transactionMs === undefined && state === 'idle' && blocks === 0)
    return [warned('work', says, 'It holds nothing up; ending it only costs its client a connection.'), statement];
  return [passed('work', says), statement];
}
