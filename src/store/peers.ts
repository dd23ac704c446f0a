import { z } from 'zod';
import { BEAT_LUA } from './beat-lua.ts';
import type { Client } from './client.ts';
import { script } from './script.ts';

/** The bots that share a store. */
export interface Peers {
  /**
   * Shows that this bot lives, about once a second. Resolves with its place among the living ones, 0 for the first: the order in
   * which they speak while the store is away.
   */
  beat(): Promise<number>;
}

/** A bot counts for so long after its last beat: 10 s in milliseconds. */
const LIVES_MS = 10_000;

export function createPeers(redis: Client, { prefix, bot }: { readonly prefix: string; readonly bot: string }): Peers {
  const base = `{${prefix}}`;
  const beatScript = script(redis, BEAT_LUA);
  return {
    beat: async () => z.number().parse(await beatScript([`${base}:bots`], [base, bot, LIVES_MS])),
  };
}
