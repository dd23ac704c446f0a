/** How a caller reacts to an error; the wording for people is in `chat/`. */
export type ErrorKind = 'refusal' | 'unreachable' | 'unauthorised' | 'stale' | 'bug';

/**
 * What happened and why (`message`, a lowercase clause), what to do next (`hint`, a sentence).
 * Both are shown to people, so they hold no secret.
 */
export class TrunklineError extends Error {
  readonly kind: ErrorKind;
  readonly hint: string;
  constructor(kind: ErrorKind, message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = kind;
    this.kind = kind;
    this.hint = hint;
  }
}

/** The person can fix it: wrong words, a failed check, a lock that is held. Nothing was changed. */
export const refusal = (message: string, hint: string): TrunklineError => new TrunklineError('refusal', message, hint);

/** A server did not answer in time; trying again later can help. */
export const unreachable = (message: string, hint: string, cause?: unknown): TrunklineError =>
  new TrunklineError('unreachable', message, hint, cause);

/** This person may not do this here. */
export const unauthorised = (message: string, hint: string): TrunklineError => new TrunklineError('unauthorised', message, hint);

/** The cluster is not what was approved; a new request is needed. */
export const stale = (message: string, hint: string): TrunklineError => new TrunklineError('stale', message, hint);

/** A mistake in Trunkline itself. */
export const bug = (message: string, cause?: unknown): TrunklineError =>
  new TrunklineError('bug', message, 'This is a mistake in Trunkline. Report it with the log lines around this time.', cause);

/** Any thrown value as an Error, so that its message can be told. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
