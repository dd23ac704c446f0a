/** What Patroni said to a switchover; what happened is proved by SQL, never by this. */
export interface SwitchoverAnswer {
  /** The HTTP status; 0 when no answer came. */
  readonly status: number;
  /** Patroni's own words, one line. */
  readonly text: string;
  /**
   * done: the asked candidate (or any, when none was asked) leads. done-other: another member won. scheduled: for later.
   * refused: nothing was or will be done. unknown: it may still happen; look, and do not ask again.
   */
  readonly meaning: 'done' | 'done-other' | 'scheduled' | 'refused' | 'unknown';
  /** Who leads, where Patroni named it. */
  readonly winner?: string;
}

/**
 * Reads an answer to `POST /switchover` (patroni/api.py poll_failover_result, is_failover_possible). 200 may name another winner
 * (`Switched over to "x" instead of "y"`); 503 `status unknown` only says that Patroni stopped waiting, while 503 `failed` says that
 * the key was cleared without a change. 412 means that no candidate was good enough to try. A 5xx of any other wording is unknown.
 */
export function switchoverAnswer(status: number, body: string): SwitchoverAnswer {
  const text = body.replace(/\s+/g, ' ').trim().slice(0, 300);
  if (status === 200) {
    const [, winner] = /over to "?([^"\s]+)"?/i.exec(text) ?? [];
    const meaning = / instead of /i.test(text) ? 'done-other' : 'done';
    return { status, text, meaning, ...(winner ? { winner } : {}) };
  }
  if (status === 202) return { status, text, meaning: 'scheduled' };
  if (status >= 400 && status < 500) return { status, text, meaning: 'refused' };
  return { status, text, meaning: status === 503 && /^(switchover|failover) failed/i.test(text) ? 'refused' : 'unknown' };
}
