import { secretForms } from './secret-forms.ts';

/** Removes secrets from a text. */
export type Redact = (text: string) => string;

/** A value behind `password=` and the like: quoted, in JSON, in JSON inside of JSON, bare, or cut in its middle. */
const VALUE = String.raw`\\"(?:\\\\\\"|\\\\[^"]|[^"\\])*\\"|"(?:\\.|[^"\\])*"|'[^'\n]*'|[\\"']?[^\s,;'"\\}]+`;
const ASSIGNED = new RegExp(
  String.raw`((?:password|passwd|passphrase|secret|token)\\?["']?\s{0,9}[=:]\s{0,9})(?!\[secret\])(${VALUE})`,
  'gi',
);
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\bx(?:ox[a-z]|app)-[A-Za-z0-9-]{8,}/g, '[slack token]'],
  [/hooks\.slack\.com\/(?:services|workflows|triggers)\/\S+/g, 'hooks.slack.com/services/[secret]'],
  [/((?:postgres(?:ql)?|rediss?):\/\/[^:@/\s]{0,200}):[^@\s]{1,500}@/g, '$1:[secret]@'],
  [/(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^:@/\s]{0,200}):[^@\s/]{1,500}@/gi, '$1:[secret]@'],
  [/(\bauthorization\\?["']?\s{0,9}[:=]\s{0,9}\\?["']?\w{1,20}\s{1,9})[^\s,"'\\]+/gi, '$1[secret]'],
  [/\b(bearer\s)[A-Za-z0-9._~+/=-]{16,}/gi, '$1[secret]'],
  [/SCRAM-SHA-256\$[^\s'"]+/g, '[scram verifier]'],
  [/\bmd5[0-9a-f]{32}\b/g, '[md5 verifier]'],
  [/-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g, '[private key]'],
];
/** Below this many characters a part of a secret tells too little, and is too common, to be hidden. */
const FEWEST = 6;
const LONGEST = 200;

/**
 * The one choke point: hides the secrets that the configuration loaded, in every form of `secretForms`, a part of one where a text was
 * cut (so that neither of two chunks shows it), and what looks like a secret by its form. Values under 4 characters are too common to
 * hide. Takes time in proportion to the text, whatever is in it.
 */
export function redactor(secrets: readonly string[]): Redact {
  const whole = [...new Set(secrets.filter((s) => s.length >= 4))];
  const known = [...new Set(whole.flatMap(secretForms))].sort((a, b) => b.length - a.length);
  const cut = whole.filter(({ length }) => length > FEWEST && length <= LONGEST).flatMap(cutAtBorder);
  return (text) => {
    let clean = text;
    for (const secret of known) clean = clean.replaceAll(secret, '[secret]');
    for (const pattern of cut) clean = clean.replace(pattern, '[secret]');
    for (const [pattern, instead] of PATTERNS) clean = clean.replace(pattern, instead);
    return clean.replace(ASSIGNED, (_, key: string, value: string) => `${key}${hidden(value)}`);
  };
}

/** Quotes stay, so that JSON stays JSON. */
function hidden(value: string): string {
  const quote = /^\\?["']/.exec(value)?.[0] ?? '';
  return `${quote}[secret]${value.length > quote.length && value.endsWith(quote) ? quote : ''}`;
}

/** What begins a secret at the end of a text, a line or a quoted value, and what ends one at its beginning; a third of it at least. */
function cutAtBorder(secret: string): readonly RegExp[] {
  const fewest = Math.max(FEWEST, Math.ceil(secret.length / 3));
  const chars = secret.split('');
  const ends = chars.slice(fewest).reduceRight((rest, char) => `(?:${escaped(char)}${rest})?`, '');
  const begins = chars.slice(0, -fewest).reduce((rest, char) => `(?:${rest}${escaped(char)})?`, '');
  return [
    new RegExp(`${escaped(secret.slice(0, fewest))}${ends}(?=$|[…"\\n])`, 'g'),
    new RegExp(`(?<=^|[…"\\n])${begins}${escaped(secret.slice(-fewest))}`, 'g'),
  ];
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
