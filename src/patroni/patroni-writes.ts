import { refusal } from '../core/errors.ts';
import { formatDuration } from '../core/units.ts';
import { postFailover } from './failover.ts';
import type { PatroniEndpoint } from './patroni.ts';
import { neverArrived } from './never-arrived.ts';
import { patroniClause } from './patroni-clause.ts';
import { createPatroniHttp, type TlsTexts } from './patroni-http.ts';
import { createPatroniRest, type PatroniRest } from './patroni-rest.ts';
import { saysItLeads } from './says-it-leads.ts';
import { type SwitchoverAnswer, switchoverAnswer } from './switchover-answer.ts';

/** What changes a cluster through Patroni; only a worker holds one. */
export interface PatroniWrites {
  /**
   * Asks the leader's Patroni to hand over. An answer that never comes is an answer of meaning 'unknown', or 'refused' where the
   * request surely did not leave. Aborting stops waiting, not the switchover.
   * @throws TrunklineError when the leader is none of the members.
   */
  switchover(asked: {
    readonly leader: string;
    readonly candidate: string;
    readonly signal?: AbortSignal;
  }): Promise<SwitchoverAnswer>;
  /** The configuration and what is scheduled, through any member. */
  readonly rest: PatroniRest;
  /**
   * Asks a member's Patroni to promote it although nobody leads. Answers and errors as `switchover`.
   * @throws TrunklineError when the candidate is none of the members.
   */
  failover(asked: { readonly candidate: string; readonly signal?: AbortSignal }): Promise<SwitchoverAnswer>;
  close(): void;
}

/**
 * Unsafe verbs go with basic auth (docs/security.rst). Patroni itself waits up to 2 * max(10, loop_wait) seconds before it answers
 * (patroni/api.py poll_failover_result), so the default deadline is 60 s.
 */
export function createPatroniWrites(options: {
  readonly members: readonly PatroniEndpoint[];
  readonly auth?: { readonly username: string; readonly password: string } | undefined;
  readonly tls?: TlsTexts | undefined;
  readonly timeoutMs?: number;
}): PatroniWrites {
  const { members, timeoutMs = 60_000 } = options;
  const http = createPatroniHttp({ tls: options.tls, auth: options.auth });
  return {
    async switchover({ leader, candidate, signal }) {
      const url = `${urlOf(leader, members)}/switchover`;
      const deadline = AbortSignal.timeout(timeoutMs);
      const until = signal ? AbortSignal.any([signal, deadline]) : deadline;
      const sent = http.send({ method: 'POST', url, body: { leader, candidate }, signal: until }).then(
        ({ status, text }) => switchoverAnswer(status, text),
        (error: unknown) =>
          unanswered(error, signal?.aborted ? 'no longer waited for' : patroniClause(error, formatDuration(timeoutMs))),
      );
      const heir = members.find((member) => member.name === candidate);
      return heir ? sooner(sent, heir, (ended) => saysItLeads(http, heir.url, AbortSignal.any([until, ended]))) : sent;
    },
    rest: createPatroniRest({ http, urlOf: (member) => urlOf(member, members) }),
    failover: async ({ candidate, signal }) =>
      postFailover(http, { url: urlOf(candidate, members), candidate, signal, timeoutMs }),
    close: () => http.close(),
  };
}

/** The leader's answer, or the candidate's own word that it leads, whichever comes first. */
async function sooner(
  sent: Promise<SwitchoverAnswer>,
  { name }: PatroniEndpoint,
  leads: (ended: AbortSignal) => Promise<boolean>,
): Promise<SwitchoverAnswer> {
  const ended = new AbortController();
  const says: SwitchoverAnswer = { status: 0, text: `${name} says that it leads`, meaning: 'done', winner: name };
  try {
    return await Promise.race([sent, leads(ended.signal).then((does) => (does ? says : sent))]);
  } finally {
    ended.abort();
  }
}

function unanswered(error: unknown, text: string): SwitchoverAnswer {
  return { status: 0, text, meaning: neverArrived(error) ? 'refused' : 'unknown' };
}

function urlOf(leader: string, members: readonly PatroniEndpoint[]): string {
  const url = members.find((member) => member.name === leader)?.url;
  if (url !== undefined) return url;
  throw refusal(`${leader} is no configured member`, 'Add it to the cluster in the configuration, or ask again with a member.');
}
