import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type Clock, systemClock } from '../core/clock.ts';
import { asError, TrunklineError } from '../core/errors.ts';
import { canonicalJson } from '../core/json.ts';
import { oneLine } from '../core/one-line.ts';
import type { Answer, Outcome } from './answer.ts';
import { callBot } from './call-bot.ts';
import { type ClientVerb, clientWish, UsageError, type Wish } from './client-words.ts';
import { CliRequest, type Envelope } from './request.ts';
import { saveFiles } from './save-files.ts';
import { chooseKey, signText } from './sign-request.ts';
import { type Terminal, terminalText } from './terminal-text.ts';
import { watchRun } from './watch-run.ts';

/** The outside of the client. */
export interface ClientSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly stop: AbortSignal;
  /** Columns of the terminal that reads the output; `undefined` for a pipe or a file. */
  readonly columns: number | undefined;
}

/** 2: nothing was sent. 0: done, accepted, or the watched run succeeded; 1: refused, or the run ended otherwise; 69 and 70 as in sysexits.h; 130: Ctrl-C. */
const EXIT = { done: 0, refused: 1, usage: 2, away: 69, broken: 70, stopped: 130 } as const satisfies Record<
  Outcome | 'usage' | 'stopped',
  number
>;

export const CLIENT_USAGE = `  trunkline pg WORDS...                any command of /pg, such as: trunkline pg status billing
  trunkline run 'COMMAND'              asks for a change: trunkline run 'switchover billing --reason "kernel update"'
  trunkline run -- COMMAND...          the same in words of the shell
  trunkline approve ID                 approves what another person asked for
  trunkline deny ID --reason TEXT      denies it
  trunkline withdraw ID                takes back your own request before it runs
  trunkline watch ID                   follows a run to its end; ends with 0 when it succeeded

These ask the running bot, signed with your SSH key, so they work while Slack is down. Options:
  --key FILE   the key (TRUNKLINE_KEY), or its .pub file with ssh-agent; else the first of ~/.ssh/id_*
  --user ID    your Slack user id (TRUNKLINE_USER); the key tells it when absent
  --url URL    http://127.0.0.1:9188 or unix:/path (TRUNKLINE_URL); --bot NAME when it has a name (TRUNKLINE_BOT)
  --out DIR    saves pictures and files; --details shows what Slack has in the thread
They end with 0 done or accepted, 1 refused, 2 not sent (wrong words, no key), 69 when the bot or what it needs does not answer.
`;

/** Asks the running bot one thing and shows its answer; the exit code. Never throws. */
export async function runClient(
  verb: ClientVerb,
  argv: readonly string[],
  around: ClientSurroundings,
  clock: Clock = systemClock,
): Promise<number> {
  try {
    const wish = clientWish(verb, argv, around.env);
    if (!wish.watch) return await asked(wish, around, clock);
    const print = { out: around.out, err: around.err, terminal: terminalOf(around) };
    const last = await watchRun(wish.options.url, {
      envelope: () => signed(wish, around, clock),
      print,
      stop: around.stop,
      clock,
    });
    return watchedTo(last);
  } catch (error) {
    return told(verb, error, around);
  }
}

async function asked(wish: Wish, around: ClientSurroundings, clock: Clock): Promise<number> {
  let last: Answer | undefined;
  const show = printer(wish, around, clock);
  await callBot(
    wish.options.url,
    await signed(wish, around, clock),
    (answer) => {
      last = answer;
      show(answer);
    },
    around.stop,
  );
  if (around.stop.aborted || !last) return EXIT.stopped;
  return EXIT[last.outcome];
}

function watchedTo(last: Answer | undefined): number {
  if (!last) return EXIT.stopped;
  if (last.outcome !== 'done') return EXIT[last.outcome];
  return last.run?.state === 'succeeded' ? EXIT.done : EXIT.refused;
}

async function signed({ text, watch, options }: Wish, { env }: ClientSurroundings, clock: Clock): Promise<Envelope> {
  const { bot, user } = options;
  const key = chooseKey(options.key, { home: env.HOME, exists: existsSync });
  const request = canonicalJson(
    CliRequest.parse({
      ...{ version: 1, bot, text, atMs: clock.now(), nonce: randomBytes(18).toString('base64url') },
      ...(user ? { user } : {}),
      ...(watch ? { watch } : {}),
    }),
  );
  return { request, signature: await signText(request, key) };
}

function printer({ options }: Wish, around: ClientSurroundings, clock: Clock): (answer: Answer) => void {
  return ({ message, outcome }) => {
    const terminal = { ...terminalOf(around), nowMs: clock.now() };
    const print = outcome === 'done' ? around.out : around.err;
    print(terminalText(message, terminal));
    if (message.thread.length > 0)
      print(options.details ? `\n${terminalText({ parts: message.thread }, terminal)}` : '\nMore with --details.\n');
    for (const line of saveFiles(message.files, options.out)) print(`${line}\n`);
  };
}

function terminalOf({ columns, env }: ClientSurroundings): Terminal {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  const isPlain = (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb';
  return { columns, ansi: columns !== undefined && !isPlain, pictures: /utf-?8/i.test(locale) };
}

function told(verb: ClientVerb, error: unknown, { err }: ClientSurroundings): number {
  if (error instanceof UsageError) {
    err(`trunkline ${verb}: ${oneLine(error.message)}\n\n${CLIENT_USAGE}`);
    return EXIT.usage;
  }
  if (!(error instanceof TrunklineError)) {
    err(`trunkline ${verb}: ${asError(error).stack ?? ''}\n`);
    return EXIT.broken;
  }
  err(`trunkline ${verb}: ${oneLine(error.message)}\n${oneLine(error.hint)}\n`);
  return error.kind === 'unreachable' ? EXIT.away : EXIT.usage;
}
