/**
 * The text with each half of a surrogate pair replaced: Redis' cjson refuses such a text wherever it was stored, and with it every
 * later vote on that request (ECMAScript, String.prototype.toWellFormed, which the types of Node 20 lack).
 */
export function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\uFFFD');
}
