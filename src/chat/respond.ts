import type { Message } from '../core/message.ts';
import type { Redact } from '../core/redact.ts';
import { unreachable } from '../core/errors.ts';
import { render } from './render.ts';

/** Says something to the one person who asked, by the response_url of their command or click. */
export type Respond = (responseUrl: string, message: Message) => Promise<void>;

const WITHIN_MS = 10_000;

/**
 * A response_url works where the bot is no member, five times within 30 minutes (docs.slack.dev, Handling user interaction).
 * @throws TrunklineError 'unreachable' when Slack does not take it.
 */
export function createRespond(redact: Redact): Respond {
  return async (responseUrl, message) => {
    const { text, blocks } = render(message, redact, 'note');
    const response = await fetch(responseUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, text, blocks }),
      redirect: 'error',
      signal: AbortSignal.timeout(WITHIN_MS),
    });
    await response.body?.cancel();
    if (!response.ok) throw unreachable(`Slack answered HTTP ${response.status} to a reply`, 'Ask again.');
  };
}
