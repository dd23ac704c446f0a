import { z } from 'zod';

const Entry = z.looseObject({
  __CURSOR: z.string(),
  /** Bytes where the text is no UTF-8 (journalctl(1), json). */
  MESSAGE: z.union([z.string(), z.array(z.number()), z.null()]).optional(),
});

/**
 * Reads `journalctl -o json`: the messages, and the cursor of the last whole one, or `since` when there is none. A line that is cut
 * at the end is left for the next time.
 */
export function parseUnitJournal(
  text: string,
  since: string | undefined,
): { readonly lines: readonly string[]; readonly cursor: string | undefined } {
  const entries = text.split('\n').flatMap((line) => {
    const entry = Entry.safeParse(jsonOf(line));
    return entry.success ? [entry.data] : [];
  });
  return {
    lines: entries.map(({ MESSAGE }) => textOf(MESSAGE)),
    cursor: entries.at(-1)?.__CURSOR ?? since,
  };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function textOf(message: z.output<typeof Entry>['MESSAGE']): string {
  const text = Array.isArray(message) ? Buffer.from(message).toString('utf8') : (message ?? '');
  return text.replace(/\p{Cc}/gu, ' ');
}
