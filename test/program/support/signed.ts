import { randomUUID } from 'node:crypto';
import { type Tampering, signatureHeaders } from '../../../lab/slack/signature.ts';

export interface SignedClick {
  readonly user: string;
  readonly team: string;
  readonly channel: string;
  readonly action: string;
  readonly value: string;
  readonly messageTs?: string;
}

/** What Slack would send to a bot's request URL, made by hand: values that no real button carries, and many at once. */
export function signedSlack(url: string, signingSecret: string) {
  /** The HTTP status of the answer. */
  const post = async (body: string, tampering: Tampering = 'none'): Promise<number> => {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      ...signatureHeaders(signingSecret, body, Date.now(), tampering),
    };
    return (await fetch(url, { method: 'POST', body, headers, signal: AbortSignal.timeout(5000) })).status;
  };
  return {
    post,
    click({ user, team, channel, action, value, messageTs = '1.1' }: SignedClick): Promise<number> {
      const payload = {
        type: 'block_actions',
        team: { id: team },
        user: { id: user, username: user, team_id: team },
        api_app_id: 'A0TRUNKLINE',
        trigger_id: randomUUID(),
        channel: { id: channel },
        container: { type: 'message', message_ts: messageTs, channel_id: channel },
        actions: [{ type: 'button', action_id: action, block_id: 'b', value, action_ts: randomUUID() }],
      };
      return post(new URLSearchParams({ payload: JSON.stringify(payload) }).toString());
    },
  };
}
