import { z } from 'zod';
import { Host, Id, Port } from './address-fields.ts';
import { secret } from './fields.ts';

/** Where Slack is and how its messages arrive. */
export const SlackSchema = z.strictObject({
  mode: z.enum(['socket', 'http']).default('socket'),
  botToken: secret(),
  /** Socket Mode only. */
  appToken: secret().optional(),
  /** HTTP only. */
  signingSecret: secret().optional(),
  /** HTTP only: where the bot listens for Slack, behind what ends TLS. */
  host: Host.default('127.0.0.1'),
  port: Port.default(3000),
  command: z
    .string()
    .regex(/^\/[a-z][a-z0-9_-]*$/)
    .default('/pg'),
  teamId: Id('TE', 'a workspace'),
  /** Another Slack-compatible server, for a trial or a test. */
  apiUrl: z.url().optional(),
  connections: z.number().int().min(1).max(10).default(2),
});
