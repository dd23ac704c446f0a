import type { Word } from './argv-pattern.ts';

/** The words that run a fixed script with arguments, which it reads as $1 and so on and which are never a part of its text. */
export const shWords = (script: string, ...args: readonly Word[]): readonly Word[] => ['/bin/sh', '-c', script, 'sh', ...args];
