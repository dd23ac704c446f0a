import { RE2JS } from 're2js';

const MAX_TEXT = 500;
const compiled = new Map<string, RE2JS>();

/**
 * What is wrong with a pattern, in the words of the engine; `undefined` when it is good. RE2 takes time linear in the text whatever
 * the pattern; what it can't do so, look-around and back-references, it refuses.
 */
export function patternFlaw(pattern: string): string | undefined {
  try {
    compile(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** True when the pattern is found anywhere in the first 500 characters of a text. @throws Error for a pattern with a flaw. */
export function foundIn(pattern: string, text: string): boolean {
  return compile(pattern).matcher(text.slice(0, MAX_TEXT)).find();
}

function compile(pattern: string): RE2JS {
  const known = compiled.get(pattern) ?? RE2JS.compile(pattern);
  compiled.set(pattern, known);
  return known;
}
