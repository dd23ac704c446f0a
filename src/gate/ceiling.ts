import type { ChannelFacts } from '../core/person.ts';
import type { Ceiling } from './rights.ts';

/** What may be done where at most, as the configuration says it; no limit when absent. */
export interface Ceilings {
  /** Channel id -> its ceiling. */
  readonly byChannel: Readonly<Record<string, Ceiling>>;
  /** Of direct messages with the bot. */
  readonly direct?: Ceiling | undefined;
  /** Of channels that are not listed. */
  readonly others?: Ceiling | undefined;
}

/** The ceiling of a place; a question without a channel, such as from the command line, has none. */
export function ceilingOf(channel: ChannelFacts | undefined, { byChannel, direct, others }: Ceilings): Ceiling | undefined {
  if (!channel) return undefined;
  const own = Object.hasOwn(byChannel, channel.id) ? byChannel[channel.id] : undefined;
  return own ?? (channel.isDirectMessage ? direct : others);
}
