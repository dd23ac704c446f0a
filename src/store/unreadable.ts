import { refusal, type TrunklineError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';

/** A stored record that this release can't read. It stays as it is. */
export interface UnreadableRecord {
  readonly id: string;
  /** The cluster it is about, where even that can be read. */
  readonly cluster: string | undefined;
  /** `newer`: a later release wrote it. */
  readonly kind: 'newer' | 'broken';
  readonly says: string;
}

/** Tells each unreadable record to the log once in the life of the process: lists are read every few seconds. */
export function tellOnce(log: Log | undefined): (what: string, found: Pick<UnreadableRecord, 'id' | 'says'>) => void {
  const told = new Set<string>();
  return (what, { id, says }) => {
    if (told.has(`${what} ${id}`)) return;
    told.add(`${what} ${id}`);
    log?.error(`a stored ${what} is left alone`, { id, why: says });
  };
}

/** What a person gets who asks for one. */
export function cannotRead(what: string, { id, kind, says }: Omit<UnreadableRecord, 'cluster'>): TrunklineError {
  const hint = kind === 'newer' ? 'Install the newer release here.' : 'Nothing was changed; look at the log of Trunkline.';
  return refusal(`the ${what} ${id} can not be shown: ${says}`, hint);
}
