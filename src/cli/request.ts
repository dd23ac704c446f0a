import { z } from 'zod';
import { wellFormed } from '../core/well-formed.ts';

/** The purpose of the signature, so that one made for git or a file can't be used here (ssh-keygen -n). */
export const NAMESPACE = 'trunkline';
/** Where the bot listens unless told otherwise. */
export const DEFAULT_PORT = 9188;
export const CLI_PATH = '/cli';

/** What a person signs: canonical JSON (core/json.ts) of this. */
export const CliRequest = z.strictObject({
  version: z.literal(1),
  /** The name of the bot that is meant, so that a request to one can't be carried to another. */
  bot: z.string().max(63),
  /** Slack user id, when the person gives it; otherwise the key tells. */
  user: z.string().max(40).optional(),
  /** As typed after `/pg`. */
  text: z.string().max(10_000).transform(wellFormed),
  /** Answer again whenever something changed, until the run has ended. */
  watch: z.literal(true).optional(),
  atMs: z.number().int(),
  /** 128 random bits or more, base64url. */
  nonce: z.string().regex(/^[A-Za-z0-9_-]{22,64}$/),
});
export type CliRequest = z.output<typeof CliRequest>;

/** What is sent: the exact text that was signed, and the armoured signature of it. */
export const Envelope = z.strictObject({ request: z.string().max(20_000), signature: z.string().max(20_000) });
export type Envelope = z.output<typeof Envelope>;
