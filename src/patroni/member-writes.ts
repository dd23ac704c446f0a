import { refusal } from '../core/errors.ts';
import { formatDuration } from '../core/units.ts';
import { type MemberAnswer, memberAnswer } from './member-answer.ts';
import type { PatroniEndpoint } from './patroni.ts';
import { neverArrived } from './never-arrived.ts';
import { patroniClause } from './patroni-clause.ts';
import { createPatroniHttp, type TlsTexts } from './patroni-http.ts';

/**
 * What changes one member's PostgreSQL through its own Patroni; only a worker holds one. An answer that never comes is one of meaning
 * 'unknown', or 'refused' where the request surely did not leave. Aborting stops waiting, not what was asked for.
 * @throws TrunklineError when there is no such member.
 */
export interface MemberWrites {
  /**
   * `POST /restart`: now. `role` and `onlyPending` are Patroni's own guards: it refuses when the member has another role, or when no
   * restart is pending there. `startWithinS`: a leader that takes longer to start is failed over from (instead of after
   * primary_start_timeout).
   */
  restart(
    member: string,
    asked: { readonly role?: 'replica'; readonly onlyPending?: boolean; readonly startWithinS?: number },
    signal?: AbortSignal,
  ): Promise<MemberAnswer>;
  /** `POST /reload`: Patroni reads its file and PostgreSQL its configuration, within its next loop. */
  reload(member: string, signal?: AbortSignal): Promise<MemberAnswer>;
  /** `POST /reinitialize`: discards the data directory and copies it anew. `force` ends what Patroni is doing there. */
  reinitialize(member: string, asked: { readonly force: boolean }, signal?: AbortSignal): Promise<MemberAnswer>;
  close(): void;
}

/** Patroni answers a restart only when PostgreSQL has started; a slow one is settled by looking, so 60 s of waiting are enough. */
export function createMemberWrites(options: {
  readonly members: readonly PatroniEndpoint[];
  readonly auth?: { readonly username: string; readonly password: string } | undefined;
  readonly tls?: TlsTexts | undefined;
  readonly timeoutMs?: number;
}): MemberWrites {
  const { members, timeoutMs = 60_000 } = options;
  const http = createPatroniHttp({ tls: options.tls, auth: options.auth });

  async function post(member: string, path: string, body: object, signal: AbortSignal | undefined): Promise<MemberAnswer> {
    const url = `${urlOf(member, members)}${path}`;
    const deadline = AbortSignal.timeout(timeoutMs);
    const until = signal ? AbortSignal.any([signal, deadline]) : deadline;
    return http.send({ method: 'POST', url, body, signal: until }).then(
      ({ status, text }) => memberAnswer(status, text),
      (error: unknown) => {
        const text = signal?.aborted ? 'no longer waited for' : patroniClause(error, formatDuration(timeoutMs));
        return { status: 0, text, meaning: neverArrived(error) ? 'refused' : 'unknown' };
      },
    );
  }

  return {
    restart: (member, { role, onlyPending, startWithinS }, signal) =>
      post(
        member,
        '/restart',
        {
          ...(role ? { role } : {}),
          // Patroni looks only whether the key is there (patroni/ha.py, restart), so it is left out rather than false.
          ...(onlyPending ? { restart_pending: true } : {}),
          ...(startWithinS === undefined ? {} : { timeout: startWithinS }),
        },
        signal,
      ),
    reload: (member, signal) => post(member, '/reload', {}, signal),
    reinitialize: (member, { force }, signal) => post(member, '/reinitialize', { force }, signal),
    close: () => http.close(),
  };
}

function urlOf(name: string, members: readonly PatroniEndpoint[]): string {
  const url = members.find((member) => member.name === name)?.url;
  if (url !== undefined) return url;
  throw refusal(`${name} is no configured member`, 'Add it to the cluster in the configuration, or ask again with a member.');
}
