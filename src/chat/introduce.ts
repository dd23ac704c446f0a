import { z } from 'zod';
import { refusal } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { BotIdentity } from './ingress.ts';
import type { Lane } from './lane.ts';
import { BOT_SCOPES } from './manifest.ts';
import { startError } from './start-error.ts';
import { answerAs } from './web-api.ts';

const Answer = z.object({
  team_id: z.string(),
  user_id: z.string(),
  bot_id: z.string().default(''),
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
});

const WITHIN_MS = 15_000;

/**
 * Asks Slack who the bot is (auth.test) and that this is the configured workspace; scopes that are missing are logged.
 * @throws Refusal for a wrong token or workspace, TrunklineError 'unreachable'.
 */
export async function introduce(lane: Lane, teamId: string, log: Log): Promise<BotIdentity> {
  const given = await lane.call('auth.test', {}, { when: 'repeat', withinMs: WITHIN_MS }).catch((error: unknown) => {
    throw startError(error);
  });
  const answer = answerAs(Answer, 'auth.test', given);
  if (answer.team_id !== teamId) {
    throw refusal(
      `slack.botToken belongs to the workspace ${answer.team_id}, and slack.teamId is ${teamId}`,
      'Set slack.teamId to the workspace in which the app is installed, or use the token of the other workspace.',
    );
  }
  const scopes = answer.response_metadata?.scopes;
  const missing = scopes === undefined ? [] : Object.keys(BOT_SCOPES).filter((scope) => !scopes.includes(scope));
  if (missing.length > 0) log.warn('the app lacks scopes of its manifest; install it again', { missing });
  return { botId: answer.bot_id, botUserId: answer.user_id, teamId };
}
