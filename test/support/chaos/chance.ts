/** Pseudo-random decisions that a seed repeats. */
export interface Chance {
  readonly seed: number;
  /** At least `low`, below `high`. */
  between(low: number, high: number): number;
  /** One of them. */
  pick<T>(of: readonly [T, ...T[]]): T;
  shuffled<T>(of: readonly T[]): readonly T[];
  /** Decisions of its own, so that what runs beside does not change them. */
  branch(name: string): Chance;
}

/** The seed of `TRUNKLINE_SEED`, or a new one. */
export function seedOfNow(): number {
  const given = process.env.TRUNKLINE_SEED;
  return given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given);
}

export function chanceOf(seed: number): Chance {
  const next = mulberry32(seed);
  const between = (low: number, high: number) => low + next() * (high - low);
  return {
    seed,
    between,
    pick: (of) => of[Math.floor(between(0, of.length))] ?? of[0],
    shuffled: (of) =>
      of
        .map((each) => ({ each, at: next() }))
        .sort((a, b) => a.at - b.at)
        .map(({ each }) => each),
    branch: (name) => chanceOf([...name].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), seed)),
  };
}

/** Tommy Ettinger's generator of 32 bits of state. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
