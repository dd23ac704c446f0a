import type { Text } from './message.ts';

/** A sentence of ours as chat shows it: what stands between backticks, such as a command to type, as code. */
export function hintText(hint: string): Text {
  if (!hint.includes('`')) return hint;
  return hint.split(/`([^`]+)`/u).flatMap((piece, i) => (piece === '' ? [] : [i % 2 === 1 ? { code: piece } : piece]));
}
