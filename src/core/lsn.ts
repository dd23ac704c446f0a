/** A position in the WAL as a number of bytes (PostgreSQL's pg_lsn; exact below 2^53). */
export type Lsn = number;

/**
 * PostgreSQL's text form `16/B374D848` as bytes.
 * @throws Error when the text is not an LSN.
 */
export function parseLsn(text: string): Lsn {
  const found = /^([0-9A-Fa-f]{1,8})\/([0-9A-Fa-f]{1,8})$/.exec(text);
  if (!found?.[1] || !found[2]) throw new Error(`not a WAL position: ${text.slice(0, 40)}`);
  return Number.parseInt(found[1], 16) * 2 ** 32 + Number.parseInt(found[2], 16);
}

/** Bytes as PostgreSQL's text form. */
export function formatLsn(lsn: Lsn): string {
  const low = (lsn % 2 ** 32).toString(16).toUpperCase();
  return `${Math.floor(lsn / 2 ** 32)
    .toString(16)
    .toUpperCase()}/${low}`;
}
