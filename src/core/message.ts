/** The state signs of the words; `chat/` chooses the picture, the text always says the same in words. */
export type Sign = 'ok' | 'warn' | 'bad' | 'info' | 'leader' | 'replica' | 'busy' | 'done' | 'waiting' | 'unknown';

/** A piece of text. A plain string is data: it is escaped where it is rendered and can never become mark-up or a mention. */
export type Span =
  | string
  | { readonly bold: string }
  | { readonly code: string }
  /** A Slack user id, shown as that person's name (and, where the message says so, a mention). */
  | { readonly person: string }
  /** A Slack user group's id; whoever is in it is mentioned. */
  | { readonly group: string }
  /** Epoch milliseconds, shown in the reader's own time zone. */
  | { readonly timeMs: number }
  | { readonly link: string; readonly label: string }
  /** A secret that its one reader is meant to see, as code; only in a direct message. Nothing but the message itself shows it. */
  | { readonly revealed: string };
export type Text = Span | readonly Span[];

/** A button carries an opaque id only; every fact is read again from the store at the click. */
export interface Button {
  readonly label: string;
  readonly action: string;
  readonly value: string;
  readonly style?: 'primary' | 'danger';
  readonly confirm?: { readonly title: string; readonly text: string; readonly ok: string };
}

export type Part =
  | { readonly title: Text; readonly sign?: Sign }
  | { readonly line: Text; readonly sign?: Sign; readonly indent?: 1 }
  /** Small print: sources, ages, hints. */
  | { readonly note: Text }
  | { readonly divider: true }
  | { readonly buttons: readonly Button[] };

/** A file for the thread below a message. */
export interface Attachment {
  readonly name: string;
  readonly title: string;
  readonly content: Uint8Array | string;
  /** For people who don't see the picture. */
  readonly alt: string;
}

/** What Trunkline says: rendered as Slack blocks by `chat/`. */
export interface Message {
  /** One plain line: the notification on a phone's lock screen. */
  readonly summary: string;
  readonly parts: readonly Part[];
  readonly attachments?: readonly Attachment[];
  /** What the first look does not need; posted in the thread. */
  readonly thread?: readonly Part[];
  /** As an answer it is shown to the asker alone, where they asked. */
  readonly forAskerOnly?: true;
}

/** The plain text of a text, without any mark-up. */
export function plain(text: Text): string {
  if (Array.isArray(text)) return text.map((span: Span) => plainSpan(span)).join('');
  return plainSpan(text as Span);
}

function plainSpan(span: Span): string {
  if (typeof span === 'string') return span;
  if ('bold' in span) return span.bold;
  if ('code' in span) return span.code;
  if ('person' in span) return `@${span.person}`;
  if ('group' in span) return `@${span.group}`;
  if ('revealed' in span) return '[secret]';
  if ('timeMs' in span) return new Date(span.timeMs).toISOString().replace('.000Z', 'Z');
  return `${span.label} (${span.link})`;
}
