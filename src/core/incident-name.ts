import { createHash } from 'node:crypto';
import { z } from 'zod';

const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';
const LENGTH = 7;

/** What people type for an incident: short, without letters that look alike, and the same in every bot. */
export function incidentName(id: string): string {
  const digest = createHash('sha256').update(id).digest();
  return `i${[...digest.subarray(0, LENGTH)].map((byte) => LETTERS[byte % LETTERS.length]).join('')}`;
}

/** An incident's name as people type it, also on a phone that writes its first letter large. */
export const IncidentName = z
  .string()
  .toLowerCase()
  .regex(/^i[a-km-np-z2-9]{7}$/, 'an incident id looks like i4k2m9xq; `/pg incidents` lists them');
