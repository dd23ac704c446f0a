import type { Sign } from '../core/message.ts';

/** The picture of a state, told apart by its shape; the text beside it always says the same in words. */
export const SIGNS: Readonly<Record<Sign, string>> = {
  ok: '🟢',
  warn: '⚠️',
  bad: '❌',
  info: 'ℹ️',
  leader: '👑',
  replica: '🔹',
  busy: '⏳',
  done: '✅',
  waiting: '⬜',
  unknown: '❔',
};
