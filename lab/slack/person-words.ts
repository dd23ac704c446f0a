import { mrkdwnPieces, unescaped } from './mrkdwn.ts';
import type { Seed } from './seed.ts';

/** User, group and channel ids -> what a person reads for them: `@olga`, `@db-approvers`, `#db-ops`. */
export type Names = ReadonlyMap<string, string>;

export function namesOf({ app, people, groups, channels }: Seed): Names {
  return new Map([
    [app.botUserId, `@${app.botName}`],
    ...people.map(({ id, name }) => [id, `@${name}`] as const),
    ...groups.map(({ id, handle }) => [id, `@${handle}`] as const),
    ...channels.map(({ id, name }) => [id, `#${name}`] as const),
  ]);
}

/** Mrkdwn as a person reads it: no marks, no entities, names for ids, dates by their fallback. */
export function personWords(mrkdwn: string, names: Names): string {
  const unmarked = mrkdwn.replace(
    /`([^`\n]+)`|(?<![\p{L}\p{N}])\*([^*\s](?:[^*\n]*[^*\s])?)\*(?![\p{L}\p{N}])/gu,
    (_, code?: string, bold?: string) => code ?? bold ?? '',
  );
  const words = mrkdwnPieces(unmarked).map((piece) => ('text' in piece ? piece.text : tagWords(piece.tag, piece.label, names)));
  return unescaped(words.join('')).replace(INVISIBLE, '');
}

/** What stands for a tag, still escaped. */
export function tagWords(tag: string, label: string, names: Names): string {
  if (/^[@#]/u.test(tag)) return names.get(tag.slice(1)) ?? `${tag.charAt(0)}${label || tag.slice(1)}`;
  const [kind = '', id = ''] = tag.split('^');
  if (kind === '!subteam') return names.get(id) ?? (label || `@${id}`);
  if (kind === '!date') return label;
  if (kind.startsWith('!')) return label || `@${kind.slice(1)}`;
  return label || tag;
}

/** Zero-width space and word joiner, which break up what would otherwise be read as mark-up. */
const INVISIBLE = /[\u200b\u2060]/gu;
