import type { Clock } from '../core/clock.ts';
import { unreachable } from '../core/errors.ts';
import type { Asker, ChannelFacts, Identity } from '../core/person.ts';
import { formatDuration } from '../core/units.ts';
import { createGate, type Directory, type Gate, type GateConfig } from '../gate/gate.ts';
import type { Word } from '../runs/needs.ts';
import type { SlackWord } from './slack-word.ts';

/** The gate, asked by Slack and by the command line; each asker is judged by the word that counts for their way in. */
export interface Gates extends Gate {
  by(word: Word): Gate;
  /** Who a person is, by a word that counts. @throws when nobody can say. */
  identity(word: Word, userId: string): Promise<Identity | undefined>;
}

interface Needs {
  readonly word: SlackWord;
  /** Ask Slack every time. */
  readonly fresh: boolean;
  readonly channel: (channelId: string) => Promise<ChannelFacts>;
  /** Slack user ids of those whose SSH keys are listed. */
  readonly listed: ReadonlySet<string>;
  /** So old may Slack's last word be (milliseconds). */
  readonly lastKnownForMs: number;
  /** Told each time that Slack's last word stands in for its word of now. */
  readonly stoodIn: (userId: string, atMs: number | undefined) => Promise<void>;
  readonly clock: Clock;
}

/** Gates over the same grants and policies that differ in who is believed while Slack can't be asked. */
export function createGates(config: GateConfig, needs: Needs): Gates {
  const { word, fresh, channel } = needs;
  const identities: Readonly<Record<Word, Directory['identity']>> = {
    slack: (id) => word.now(id, fresh),
    'last-known': (id) => withLastWord(needs, id),
    cli: async (id) => (needs.listed.has(id) ? withLastWord(needs, id) : undefined),
  };
  const gateOf = (which: Word) => createGate(config, { identity: identities[which], channel });
  const gates: Readonly<Record<Word, Gate>> = { slack: gateOf('slack'), 'last-known': gateOf('last-known'), cli: gateOf('cli') };
  const of = ({ via }: Asker) => gates[via];
  return {
    ...gates.slack,
    admit: async (asker, ...rest) => of(asker).admit(asker, ...rest),
    standing: async (asker, ...rest) => of(asker).standing(asker, ...rest),
    by: (which) => gates[which],
    identity: async (which, userId) => identities[which](userId),
  };
}

/** Slack's word where Slack answers, whatever it is; only where it does not, what it said last, if that is not too old. */
async function withLastWord({ word, fresh, lastKnownForMs, stoodIn, clock }: Needs, userId: string) {
  const answer = await word.quickly(userId, fresh);
  if ('identity' in answer) {
    await stoodIn(userId, undefined);
    return answer.identity;
  }
  const known = await word.last(userId);
  const hint = 'Wait until Slack answers, or ask somebody whom Slack has seen in the last hours.';
  if (!known) throw unreachable(`${answer.away}; and Slack has not said before who ${userId} is`, hint);
  const ageMs = Math.max(0, clock.now() - known.atMs);
  if (ageMs > lastKnownForMs) {
    const limit = formatDuration(lastKnownForMs);
    throw unreachable(`${answer.away}; and what it said last is ${formatDuration(ageMs)} old, of which ${limit} count`, hint);
  }
  await stoodIn(userId, known.atMs);
  return known.identity ?? undefined;
}
