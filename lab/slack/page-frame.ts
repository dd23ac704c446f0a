import type { Route } from './delivery.ts';
import { asList, asObject, asText, isObject, type Json, parseJson } from './json.ts';
import { pageWords } from './page-words.ts';
import type { Names } from './person-words.ts';

export interface PageFacts {
  /** The bot is connected to the front. */
  readonly connected: boolean;
  readonly route: Route;
  readonly names: Names;
}

/** A frame of local-slack's for its page: with what the bot wrote as Slack would show it, and the bot's true connection. */
export function forPage(frame: string, facts: PageFacts): string {
  const { t, ...rest } = asObject(parseJson(frame));
  if (t === undefined) return frame;
  const shown = asObject(rewritten(rest, facts.names));
  return JSON.stringify({ t, ...(t === 'init' ? { ...shown, state: withApps(asObject(shown.state), facts) } : shown) });
}

function withApps(state: Json, { connected, route }: PageFacts): Json {
  const mode = route.mode === 'socket' ? 'socket' : 'events';
  return {
    ...state,
    apps: asList(state.apps)
      .filter(isObject)
      .map((app) => ({ ...app, mode, connected })),
  };
}

/** The log of calls shows what was sent, so it stays as it is. */
const UNTOUCHED = new Set(['log', 'entry']);

function rewritten(value: unknown, names: Names): unknown {
  if (Array.isArray(value)) return value.map((each) => rewritten(each, names));
  if (!isObject(value)) return value;
  if (value.type === 'mrkdwn')
    return { ...value, text: pageWords(asText(value.text), { verbatim: value.verbatim === true, names }) };
  const inner = Object.entries(value).map(([key, each]) => [key, UNTOUCHED.has(key) ? each : rewritten(each, names)]);
  const object: Json = Object.fromEntries(inner);
  return isFromBot(object) ? { ...object, text: pageWords(asText(object.text), { verbatim: false, names }) } : object;
}

/** People type what they mean; a bot writes mrkdwn. */
function isFromBot({ bot_id: bot, ts, text }: Json): boolean {
  return bot !== undefined && ts !== undefined && typeof text === 'string';
}
