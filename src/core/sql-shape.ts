/** Constants of a statement, longest forms first: comments, dollar quotes, strings (with their prefix), numbers. */
const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\$([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$[\s\S]*?(?:\$\1\$|$)|"(?:[^"]|"")*(?:"|$)|([A-Za-z&]*)'|\$\d+|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|\d[\w.]*/g;

/**
 * The shape of a statement on one line: no constant of it, no comment, at most `most` characters. Constants may hold passwords
 * (`ALTER ROLE x PASSWORD '...'`), so that what can't be told where it ends (the text was cut, or a backslash stands before a quote,
 * whose meaning is a setting's) is hidden to the end of the text.
 */
export function sqlShape(text: string, most = 160): string {
  const shape = withoutConstants(text).replace(/\s+/g, ' ').trim();
  return shape.length <= most ? shape : `${shape.slice(0, most - 1)}…`;
}

/** The text with every constant as `?` and without comments. */
export function withoutConstants(text: string): string {
  let out = '';
  let at = 0;
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(text); found; found = TOKEN.exec(text)) {
    out += text.slice(at, found.index);
    const [token] = found;
    // PostgreSQL's comments nest, so where such a one ends is not worth guessing.
    if (token.lastIndexOf('/*') > 0) return `${out}…`;
    if (found[2] !== undefined) {
      const end = stringEnd(text, TOKEN.lastIndex);
      out += "'?'";
      if (end === undefined) return `${out}…`;
      TOKEN.lastIndex = end;
    } else out += instead(token);
    at = TOKEN.lastIndex;
  }
  return out + text.slice(at);
}

/** Where a string that began just before `from` has ended; `undefined` when that is not known. */
function stringEnd(text: string, from: number): number | undefined {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\' && (text[at + 1] === "'" || text[at + 1] === undefined)) return undefined;
    if (text[at] !== "'") continue;
    if (text[at + 1] !== "'") return at + 1;
    at += 1;
  }
  return undefined;
}

function instead(token: string): string {
  if (token.startsWith('--') || token.startsWith('/*')) return ' ';
  if (/^\$\d/.test(token)) return token;
  if (token.startsWith('$') || /^\d/.test(token)) return '?';
  return token;
}
