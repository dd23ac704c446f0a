import type { z } from 'zod';

export type OldRecord = Readonly<Record<string, unknown>>;

/** One kind of stored record: its newest version, and how one of each older version becomes one of the next. */
export interface RecordKind<T> {
  /** For sentences: `run`. */
  readonly name: string;
  readonly version: number;
  /** `steps[0]` makes version 1 of a record that carries no version, and so on; pure. */
  readonly steps: readonly ((old: OldRecord) => OldRecord)[];
  readonly schema: z.ZodType<T>;
}

/** `newer`: a later release wrote it; `broken`: it is no record of its kind. Neither is ever touched. */
export type ReadRecord<T> =
  | { readonly record: T; readonly migrated: boolean }
  | { readonly unreadable: 'newer' | 'broken'; readonly says: string };

/** A stored record in its newest version. Never throws. */
export function readRecord<T>({ name, version, steps, schema }: RecordKind<T>, stored: unknown): ReadRecord<T> {
  if (stored === null || typeof stored !== 'object' || Array.isArray(stored)) return broken(name, 'it is no object');
  const found: number = 'version' in stored ? Number(stored.version) : 0;
  if (found > version)
    return {
      unreadable: 'newer',
      says: `a newer release of Trunkline wrote it (${name} version ${found}; this one knows ${version})`,
    };
  if (!Number.isInteger(found) || found < 0) return broken(name, 'its version is no number');
  const newest = steps.slice(found).reduce<OldRecord>((old, step) => step(old), { ...stored });
  const parsed = schema.safeParse(newest);
  if (parsed.success) return { record: parsed.data, migrated: found < version };
  const [issue] = parsed.error.issues;
  return broken(name, issue ? `${issue.path.join('.')}: ${issue.message}` : 'it does not fit');
}

/** As `readRecord`, from JSON text. */
export function readJsonRecord<T>(kind: RecordKind<T>, text: string): ReadRecord<T> {
  try {
    return readRecord(kind, JSON.parse(text));
  } catch {
    return broken(kind.name, 'it is no JSON');
  }
}

function broken(name: string, why: string): { readonly unreadable: 'broken'; readonly says: string } {
  return { unreadable: 'broken', says: `it can not be read as a ${name}: ${why}` };
}
