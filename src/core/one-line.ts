const HIDDEN = /\p{Cc}|\p{Cf}|\u034f|[\ufe00-\ufe0e]|[\u{e0100}-\u{e01ef}]/gu;

/** Well-formed text on one line without control, direction, invisible and piled-up combining characters. */
export function oneLine(data: string): string {
  return lines(data.replace(/\p{Cs}/gu, '\ufffd'))
    .replaceAll('\t', ' ')
    .replace(HIDDEN, '')
    .replace(/(\p{M}{3})\p{M}+/gu, '$1');
}

/** Lines joined by one space. Split and trimmed: one expression for it takes quadratic time on a long run of white space. */
function lines(text: string): string {
  const [first = '', ...others] = text.split(/[\r\n\v\f\u0085\u2028\u2029]+/u);
  if (others.length === 0) return first;
  const last = others.pop() ?? '';
  return [first.trimEnd(), ...others.map((line) => line.trim()), last.trimStart()].join(' ');
}
