/** What one member's Patroni said to a request that concerns its own PostgreSQL; what happened is proved by SQL, never by this. */
export interface MemberAnswer {
  /** The HTTP status; 0 when no answer came. */
  readonly status: number;
  /** Patroni's own words, one line. */
  readonly text: string;
  /** done: done or begun. refused: nothing was or will be done for this request. unknown: it may still happen; look. */
  readonly meaning: 'done' | 'refused' | 'unknown';
}

/** What Patroni answers with 503 when it has not begun anything (patroni/ha.py, restart and reinitialize). */
const NOT_BEGUN = /conditions are not satisfied|already in progress|can not reinitialize/i;

/**
 * Reads an answer to `POST /restart`, `/reinitialize` or `/reload` (docs/rest_api.rst; patroni/api.py). Of 503, `postgres is still
 * starting` and `restart failed` come after PostgreSQL was stopped, so they are unknown; so is a 400, which Patroni also sends for an
 * exception in the middle of a restart.
 */
export function memberAnswer(status: number, body: string): MemberAnswer {
  const text = body.replace(/\s+/g, ' ').trim().slice(0, 300);
  if (status === 200 || status === 202) return { status, text, meaning: 'done' };
  if (status === 503) return { status, text, meaning: NOT_BEGUN.test(text) ? 'refused' : 'unknown' };
  if (status === 401 || status === 403)
    return { status, text: `${text || 'no reason given'} (status ${status}: the login may not do it)`, meaning: 'refused' };
  return { status, text, meaning: status > 400 && status < 500 ? 'refused' : 'unknown' };
}
