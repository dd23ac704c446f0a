import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { PeerStore } from './ports.ts';

/** In which order the bots of one store speak while it is away. */
export interface Turns {
  /** Milliseconds that this bot leaves to those before it. */
  afterOthersMs(): number;
  start(): void;
  stop(): void;
}

const BEAT_EVERY_MS = 1000;
/** Longer than a message usually takes, so that the next bot finds it in the channel. */
const TURN_MS = 4000;

export function createTurns({ peers, clock, log }: { peers: PeerStore; clock: Clock; log: Log }): Turns {
  let place: number | undefined;
  // Bots that have never reached the store do not know of each other: chance keeps them apart.
  const unknownMs = TURN_MS * (1 + Math.random());
  let stop: () => void = () => undefined;
  return {
    afterOthersMs: () => (place === undefined ? unknownMs : place * TURN_MS),
    start() {
      const beat = async () => {
        place = await peers.beat();
      };
      const failed = (error: unknown) =>
        log.debug('the store was not told that this bot lives', { error: asError(error).message });
      beat().catch(failed);
      stop = clock.every(BEAT_EVERY_MS, beat, failed);
    },
    stop: () => stop(),
  };
}
