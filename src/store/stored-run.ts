import type { Run } from '../core/run.ts';
import { readRecord } from './migrations/record-kind.ts';
import { runRecord } from './migrations/run.ts';
import type { UnreadableRecord } from './unreadable.ts';

/** The hash of a run, read. `migrated`: it is stored in an older version, so that a change must write all of it. */
export type StoredRun = { readonly run: Run; readonly migrated: boolean } | { readonly unreadable: UnreadableRecord };

/** Reads a run's hash: one field for each key of the record, each field JSON. `undefined` when there is none. */
export function readStoredRun(id: string, hash: Readonly<Record<string, string>>): StoredRun | undefined {
  if (Object.keys(hash).length === 0) return undefined;
  const fields = parsed(hash);
  const read = readRecord(runRecord, fields);
  if ('record' in read) return { run: read.record, migrated: read.migrated };
  const cluster = typeof fields?.cluster === 'string' ? fields.cluster : undefined;
  return { unreadable: { id, cluster, kind: read.unreadable, says: read.says } };
}

/** The fields of a record, or of a part of one, as they are stored. */
export function runFields(record: Readonly<Partial<Run>>): readonly string[] {
  return Object.entries(record)
    .filter(([, value]) => value !== undefined)
    .flatMap(([key, value]) => [key, JSON.stringify(value)]);
}

function parsed(hash: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> | undefined {
  try {
    return Object.fromEntries(Object.entries(hash).map(([key, text]) => [key, JSON.parse(text)]));
  } catch {
    return undefined;
  }
}
