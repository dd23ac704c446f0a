import { refusal, TrunklineError, unreachable } from '../core/errors.ts';
import { SlackCallError } from './lane.ts';
import { clauseOf, failureOf } from './slack-error.ts';

/** Errors of auth.test and apps.connections.open that a changed configuration puts right (docs.slack.dev, their error lists). */
const HINTS: Readonly<Record<string, string>> = {
  invalid_auth: 'Copy the tokens again from the app’s pages OAuth & Permissions (xoxb-) and Basic Information (xapp-).',
  not_authed: 'Set slack.botToken (xoxb-) and slack.appToken (xapp-).',
  token_revoked: 'Install the app again and set slack.botToken to its new token.',
  token_expired: 'Install the app again and set slack.botToken to its new token.',
  account_inactive: 'Install the app again: the account of its token is no longer there.',
  not_allowed_token_type: 'slack.botToken must begin with xoxb- and slack.appToken with xapp-.',
  missing_scope:
    'Create the app-level token with the scope connections:write, and install the app with the scopes of `trunkline manifest`.',
  socket_mode_not_enabled: 'Turn Socket Mode on for the app, or set slack.mode to http.',
};

/** Why chat could not be started, so that its reader knows what to change. */
export function startError(error: unknown): TrunklineError {
  const called = error instanceof SlackCallError ? error : undefined;
  if (error instanceof TrunklineError && !called) return error;
  const failure = called?.failure ?? failureOf(error);
  const call = called?.method ?? 'apps.connections.open';
  if (failure.kind !== 'refused') {
    return unreachable(`${call}: ${clauseOf(failure)}`, 'Look at status.slack.com and at the way out of this host.', error);
  }
  const token = call === 'apps.connections.open' ? 'slack.appToken' : 'slack.botToken';
  return refusal(`Slack refuses ${token} (${failure.code})`, HINTS[failure.code] ?? 'Look up this code at docs.slack.dev.');
}
