import type { Json } from './json.ts';

/** An answer of the Web API. */
export type Reply = Json & { readonly ok: boolean };

export function good(fields: Json = {}): Reply {
  return { ...fields, ok: true };
}

/** Slack's error answer: a code, and messages for people where Slack has some. */
export function bad(error: string, messages?: readonly string[]): Reply {
  return messages
    ? { ok: false, error, errors: [...messages], response_metadata: { messages: [...messages] } }
    : { ok: false, error };
}

/** What local-slack answered, as our own kind of answer. */
export function passed(reply: Json): Reply {
  return { ...reply, ok: reply.ok === true };
}

/** True for an answer, where a function gives either what was asked for or the answer that refuses it. */
export function isReply(value: object): value is Reply {
  return 'ok' in value;
}
