import type { JsonObject } from '../core/json.ts';
import { formatDuration } from '../core/units.ts';
import { neverArrived } from './never-arrived.ts';
import { patroniClause } from './patroni-clause.ts';
import type { PatroniHttp, PatroniRequest } from './patroni-http.ts';

/** What Patroni said to a change; what became of it is looked at, never taken from this. */
export interface RestAnswer {
  /** refused: nothing was or will be done. unknown: it may have been done, so it must not be asked again. */
  readonly meaning: 'done' | 'refused' | 'unknown';
  /** Patroni's own words, one line; never the body of a configuration. */
  readonly text: string;
}

/** The configuration and what is scheduled, through one member's REST API (docs/rest_api.rst, patroni/api.py). */
export interface PatroniRest {
  /** `PATCH /config`: merged by Patroni; a null takes a key out. */
  patchConfig(member: string, patch: JsonObject, signal: AbortSignal): Promise<RestAnswer>;
  /** `DELETE /switchover`: clears the scheduled one. */
  clearSwitchover(member: string, signal: AbortSignal): Promise<RestAnswer>;
  /** `DELETE /restart`: clears the member's own scheduled one. */
  clearRestart(member: string, signal: AbortSignal): Promise<RestAnswer>;
}

const WITHIN_MS = 10_000;
export function createPatroniRest({
  http,
  urlOf,
}: {
  readonly http: PatroniHttp;
  /** @throws Refusal for a member that is not configured. */
  readonly urlOf: (member: string) => string;
}): PatroniRest {
  const bounded = (signal: AbortSignal) => AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]);
  const change = (request: Omit<PatroniRequest, 'signal'>, signal: AbortSignal) =>
    http.send({ ...request, signal: bounded(signal) }).then(
      ({ status, text }) => restAnswer(status, request.method === 'PATCH' && status === 200 ? '' : text),
      (error: unknown): RestAnswer => ({
        meaning: neverArrived(error) ? 'refused' : 'unknown',
        text: signal.aborted ? 'no longer waited for' : patroniClause(error, formatDuration(WITHIN_MS)),
      }),
    );
  return {
    patchConfig: async (member, patch, signal) =>
      change({ method: 'PATCH', url: `${urlOf(member)}/config`, body: patch }, signal),
    clearSwitchover: async (member, signal) => change({ method: 'DELETE', url: `${urlOf(member)}/switchover` }, signal),
    clearRestart: async (member, signal) => change({ method: 'DELETE', url: `${urlOf(member)}/restart` }, signal),
  };
}

/**
 * 409 says that Patroni's compare-and-set did not succeed; as a DCS that did not answer in time looks the same to it
 * (patroni/dcs/etcd3.py), that is not known. 404 of a DELETE: there is nothing scheduled.
 */
export function restAnswer(status: number, body: string): RestAnswer {
  const said = body
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
  const text = said === '' ? `status ${status}` : `${said} (${status})`;
  if (status >= 200 && status < 300) return { meaning: 'done', text };
  return { meaning: status >= 400 && status < 500 && status !== 409 ? 'refused' : 'unknown', text };
}
