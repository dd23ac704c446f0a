const ORDINARY = /^(the|no|nobody|nothing|of|all|every|it|you|outcome|writes|somebody|there|only|resolved|silenced|part of)\b/u;

/** Capitalised where a text begins with an ordinary word; names of members and clusters stay as they are. */
export function startSentence(text: string): string {
  return ORDINARY.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
}
