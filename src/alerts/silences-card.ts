import type { Message } from '../core/message.ts';
import type { Silence } from '../core/silence.ts';
import { silenceWords } from './silence-words.ts';

/** The silences that last, the first to end first. */
export function silencesCard(silences: readonly Silence[]): Message {
  if (silences.length === 0) return { summary: 'Nothing is silenced', parts: [{ line: 'Nothing is silenced.', sign: 'ok' }] };
  const title = silences.length === 1 ? '1 silence' : `${silences.length} silences`;
  return {
    summary: title,
    parts: [
      { title },
      ...silences.flatMap((one) => [
        { line: [{ code: one.id }, ` ${silenceWords(one)} until `, { timeMs: one.untilMs }], sign: 'waiting' as const },
        { line: ['by ', { person: one.by }, `: ${one.reason}`], indent: 1 as const },
      ]),
      { note: ['End one with ', { code: '/pg unsilence ID' }, '.'] },
    ],
  };
}
