import { distance } from 'fastest-levenshtein';

/** The known word nearest to `word`, when it is near enough to be a slip of the hand. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  const wanted = word.slice(0, 64).toLowerCase();
  const ranked = known.map((name) => ({ name, off: distance(wanted, name.toLowerCase()) })).sort((a, b) => a.off - b.off);
  const best = ranked[0];
  if (!best) return undefined;
  const slips = best.name.length <= 3 ? 1 : Math.max(2, Math.floor(best.name.length / 3));
  return best.off <= slips ? best.name : undefined;
}
