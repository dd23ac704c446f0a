import { z } from 'zod';
import { wellFormed } from '../core/well-formed.ts';

/** What a person wrote, or is called. */
const Words = z.string().transform(wellFormed);

/** What Trunkline reads of a slash command (docs.slack.dev, Slash commands, request payload). */
export const CommandPayload = z.object({
  team_id: z.string(),
  channel_id: z.string(),
  user_id: z.string(),
  user_name: Words.default(''),
  text: Words.default(''),
  api_app_id: z.string().optional(),
  response_url: z.string(),
  trigger_id: z.string(),
});
export type CommandPayload = z.output<typeof CommandPayload>;

const User = z.object({
  id: z.string(),
  username: Words.optional(),
  name: Words.optional(),
  team_id: z.string().optional(),
});
const Team = z.object({ id: z.string() }).nullish();

/** A click on a button (block_actions payload). */
export const ActionPayload = z.object({
  team: Team,
  user: User,
  api_app_id: z.string().optional(),
  trigger_id: z.string(),
  response_url: z.string().optional(),
  channel: z.object({ id: z.string() }).optional(),
  container: z
    .object({ message_ts: z.string().optional(), channel_id: z.string().optional(), thread_ts: z.string().optional() })
    .default({}),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().default(''), action_ts: z.string().default('') })).min(1),
});
export type ActionPayload = z.output<typeof ActionPayload>;

/** The answer of a modal (view_submission payload). */
export const SubmitPayload = z.object({
  team: Team,
  user: User,
  api_app_id: z.string().optional(),
  /** Tells two submissions of one form apart; sent, though not documented (@slack/bolt, ViewSubmitAction). */
  trigger_id: z.string().default(''),
  view: z.object({
    id: z.string(),
    callback_id: z.string(),
    private_metadata: z.string().default(''),
    hash: z.string().optional(),
    state: z.object({
      values: z.record(z.string(), z.record(z.string(), z.object({ value: Words.nullish() }))),
    }),
  }),
});
export type SubmitPayload = z.output<typeof SubmitPayload>;
