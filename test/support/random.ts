/** Numbers from a seed, so that a run can be repeated: mulberry32. */
export interface Random {
  readonly seed: number;
  /** At least 0, below `n`, whole. */
  below(n: number): number;
  pick<T>(from: readonly [T, ...T[]]): T;
}

/** The seed of `TRUNKLINE_SEED`, or a new one, printed. */
export function seededRandom(what: string): Random {
  const seed = Number(process.env.TRUNKLINE_SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`${what}: seed ${seed} (TRUNKLINE_SEED=${seed} repeats it)`);
  let state = seed;
  const below = (n: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  };
  return { seed, below, pick: (from) => from[below(from.length)] ?? from[0] };
}
