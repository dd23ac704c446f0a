import type { z } from 'zod';
import { type Config, ConfigSchema } from './schema.ts';

/** What is left of a file without what is wrong in it. */
export interface Understood {
  readonly config: Config;
  /** The values that were left out. */
  readonly without: readonly (readonly PropertyKey[])[];
}

/**
 * As much of a wrong configuration as can be understood, so that the names in the rest are checked in the same go; `undefined` when what
 * is left does not stand by itself.
 */
export function understood(raw: unknown, issues: readonly z.core.$ZodIssue[]): Understood | undefined {
  const copy: unknown = structuredClone(raw);
  const without: (readonly PropertyKey[])[] = [];
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) leaveOut(copy, [...issue.path, key]);
    else {
      leaveOut(copy, issue.path);
      without.push(issue.path);
    }
  }
  const parsed = ConfigSchema.safeParse(copy);
  return parsed.success ? { config: parsed.data, without } : undefined;
}

function leaveOut(tree: unknown, path: readonly PropertyKey[]): void {
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((value, key) => (value !== null && typeof value === 'object' ? Reflect.get(value, key) : undefined), tree);
  const last = path.at(-1);
  // The places of a list stay as they are, because other problems are told by them.
  if (last !== undefined && parent !== null && typeof parent === 'object' && !Array.isArray(parent))
    Reflect.deleteProperty(parent, last);
}
