import { z } from 'zod';
import { readPublicKeyLine } from '../core/ssh-public-key.ts';
import { Host, Id, Port } from './address-fields.ts';
import { duration } from './fields.ts';

const DAY_MS = 24 * 3_600_000;

/** A person's public key as in `~/.ssh/id_ed25519.pub`, with or without its comment. */
const personKey = () =>
  z
    .string()
    .max(10_000)
    .refine(
      (line) => readPublicKeyLine(line) !== undefined,
      'this is no public key of a kind that counts: the line of a .pub file with ed25519, ecdsa, their sk- forms, or rsa of 2048 bits or more',
    );

/** The command line, for the hour in which Slack is down: where the bot listens for it, and whose signatures count. */
export const CliSchema = z.strictObject({
  /** Path of a UNIX socket for the owner and the group of the bot's process; instead of host and port. */
  socket: z.string().startsWith('/').max(100).optional(),
  host: Host.default('127.0.0.1'),
  port: Port.default(9188),
  /** The name of this bot, where a person speaks to several. */
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,62}$/)
    .default('trunkline'),
  /** While Slack can't be asked, what it said of a person at most this long ago counts. */
  lastKnownFor: duration()
    .refine((ms) => ms <= DAY_MS, 'at most 24h: groups and people change')
    .prefault('8h'),
  people: z
    .array(
      z.strictObject({
        user: Id('UW', 'a person'),
        /** For the reader of logs and audit. */
        name: z.string().regex(/^[^\p{C}]{1,60}$/u, 'a name has 1 to 60 characters and no control characters'),
        keys: z.array(personKey()).min(1),
      }),
    )
    .min(1),
});
