import { asText, type Json } from './json.ts';
import { bad, type Reply } from './reply.ts';

/** One page of a list, and the cursor of the next one ('' at the end). */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string;
}

/** Cuts a list by Slack's `limit` and `cursor`; an answer instead of a page when either is wrong. */
export function pageOf<T>(list: readonly T[], args: Json, usual: number, most = 1000): Page<T> | Reply {
  const limit = asText(args.limit) === '' || asText(args.limit) === '0' ? usual : Number(asText(args.limit));
  if (!Number.isInteger(limit) || limit < 1 || limit > most) return bad('invalid_limit');
  const start = startOf(asText(args.cursor));
  if (start === undefined || start > list.length) return bad('invalid_cursor');
  const end = start + limit;
  return { items: list.slice(start, end), next: end < list.length ? Buffer.from(`next:${end}`).toString('base64') : '' };
}

export function isPage<T>(value: Page<T> | Reply): value is Page<T> {
  return 'items' in value;
}

function startOf(cursor: string): number | undefined {
  if (cursor === '') return 0;
  const found = /^next:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString())?.[1];
  return found === undefined ? undefined : Number(found);
}
