import { canonicalJson } from '../../../src/core/json.ts';
import { signedBy } from '../../support/ssh-keys.ts';
import { type Ended, type Env, type Program, runProgram, startProgram } from './program.ts';

/** Somebody with a key. */
export interface Person {
  readonly path: string;
}

export interface Changed {
  readonly text?: string;
  readonly atMs?: number;
  readonly bot?: string;
  readonly user?: string;
  readonly nonce?: string;
}

/** People at terminals, who ask the bot at `url()`. */
export function atTerminal(url: () => string) {
  const envOf = ({ path }: Person): Env => ({ TRUNKLINE_URL: url(), TRUNKLINE_KEY: path, LANG: 'C.UTF-8' });
  return {
    /** What a person types and reads. */
    type: (who: Person, ...words: readonly string[]): Promise<Ended> => runProgram(words, envOf(who)),
    start: (who: Person, ...words: readonly string[]): Program => startProgram(words, envOf(who)),
    /** A request made by hand; a nonce of its own is the test's to give. */
    envelope(
      who: Person,
      { text = 'clusters', atMs = Date.now(), bot = 'trunkline', user, nonce = 'n'.repeat(22) }: Changed,
    ): string {
      const request = canonicalJson({ version: 1, bot, text, atMs, nonce, ...(user ? { user } : {}) });
      return JSON.stringify({ request, signature: signedBy(who.path, request) });
    },
    /** The answer's status and what it says. */
    async post(body: string): Promise<string> {
      const answer = await fetch(`${url()}/cli`, { method: 'POST', body, signal: AbortSignal.timeout(10_000) });
      return `${answer.status} ${await answer.text()}`;
    },
  };
}
