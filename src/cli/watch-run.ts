import type { Clock } from '../core/clock.ts';
import { TrunklineError, unreachable } from '../core/errors.ts';
import type { Answer } from './answer.ts';
import { callBot } from './call-bot.ts';
import type { Envelope } from './request.ts';
import { type Terminal, terminalText } from './terminal-text.ts';

export interface Watching {
  /** A request, signed anew. */
  readonly envelope: () => Promise<Envelope>;
  readonly print: { readonly out: (text: string) => void; readonly err: (text: string) => void; readonly terminal: Terminal };
  readonly stop: AbortSignal;
  readonly clock: Clock;
}

const AGAIN_MS = 2000;
/** A bot that is restarted is back by then. */
const PATIENCE_MS = 2 * 60_000;

/**
 * Follows a run to its end, over restarts of the bot; shows only the lines that were not there before. Resolves with the last answer,
 * or `undefined` when it was stopped.
 * @throws Unreachable when there is no bot, or it does not come back.
 */
export async function watchRun(url: string, { envelope, print, stop, clock }: Watching): Promise<Answer | undefined> {
  let last: Answer | undefined;
  let answers = 0;
  let heardAtMs = clock.now();
  let before = new Set<string>();
  const each = (answer: Answer) => {
    [last, heardAtMs, answers] = [answer, clock.now(), answers + 1];
    const lines = terminalText(answer.message, print.terminal).trimEnd().split('\n');
    const news = lines.filter((line) => !before.has(line));
    before = new Set(lines);
    if (news.length > 0) print.out(`${news.join('\n')}\n`);
  };
  for (;;) {
    await callBot(url, await envelope(), each, stop).catch((error: unknown) => {
      if (last === undefined || !(error instanceof TrunklineError) || error.kind !== 'unreachable') throw error;
    });
    if (stop.aborted) return undefined;
    if (last === undefined || isOver(last, answers === 1)) return last;
    if (clock.now() - heardAtMs > PATIENCE_MS)
      throw unreachable(`the bot at ${url} did not come back`, 'The run does not need it: look with `trunkline run ID` later.');
    print.err('The bot is away; its run goes on, and is shown when it is back.\n');
    await clock.sleep(AGAIN_MS, stop).catch(() => undefined);
  }
}

/** What the bot needs may be away for a while; only at the very beginning that is the answer. */
function isOver({ outcome, run }: Answer, isFirst: boolean): boolean {
  if (outcome === 'done') return run?.over !== false;
  return isFirst || outcome === 'refused';
}
