export interface JournalLine {
  /** As journalctl printed it: `2026-11-22T22:35:39+0000`. */
  readonly at: string;
  /** Without host, unit and control characters; at most 500 characters, `…` at the end of one that was cut. */
  readonly text: string;
}

const LONGEST = 500;

/** Reads `journalctl -o short-iso` (journalctl(1)). Lines of another form, such as `-- No entries --`, are left out. */
export function parseJournal(text: string): readonly JournalLine[] {
  return text.split('\n').flatMap((line) => {
    const [, at, message] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:?\d\d) \S+ [^\s:]+: (.*)$/.exec(line) ?? [];
    if (at === undefined || message === undefined) return [];
    const said = message.replace(/\p{Cc}/gu, ' ');
    return [{ at, text: said.length > LONGEST ? `${said.slice(0, LONGEST - 1)}…` : said }];
  });
}
