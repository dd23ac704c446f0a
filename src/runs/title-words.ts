/** The first sentence of a plan's summary, without its full stop, for titles and lists; the rest for where there is room. */
export function titleWords(summary: string): { readonly title: string; readonly rest: string } {
  const at = summary.search(/\.\s+\p{Lu}/u);
  if (at < 0) return { title: summary.replace(/\.$/u, ''), rest: '' };
  return { title: summary.slice(0, at), rest: summary.slice(at + 1).trim() };
}
