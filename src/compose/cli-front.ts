import { errorMessage, isOurFault } from '../chat/words.ts';
import type { Answer, Outcome } from '../cli/answer.ts';
import type { Authenticated, SignedRequest } from '../cli/authenticate.ts';
import type { Asking } from '../cli/cli-server.ts';
import type { Desk } from '../ask/desk.ts';
import type { Clock } from '../core/clock.ts';
import { asError, type ErrorKind, TrunklineError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Message, Part } from '../core/message.ts';
import { RunId } from '../core/names.ts';
import type { Asker } from '../core/person.ts';
import type { Run } from '../core/run.ts';
import { isFinal } from '../core/run-state.ts';
import { formatDuration } from '../core/units.ts';
import type { CliAudit } from './cli-audit.ts';
import { NotRequested } from './cli-desk.ts';
import type { WireMessage } from '../cli/wire-message.ts';

export interface CliFrontNeeds {
  readonly authenticate: (body: string) => Promise<Authenticated>;
  /** A desk for one request. */
  readonly deskFor: (started: (run: Run) => void) => Desk;
  readonly run: (id: string) => Promise<Run | undefined>;
  readonly audit: CliAudit;
  readonly wire: (message: Message) => Promise<WireMessage>;
  /** When Slack said last who a person is, while that stands in for its word of now (epoch milliseconds). */
  readonly stoodIn: (userId: string) => number | undefined;
  readonly homeTeamId: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly newReference: () => string;
}

const OUTCOMES: Readonly<Record<ErrorKind, Outcome>> = {
  refusal: 'refused',
  unauthorised: 'refused',
  stale: 'refused',
  unreachable: 'away',
  bug: 'broken',
};
const LOOK_EVERY_MS = 1000;
const WATCH_AT_MOST_MS = 12 * 3_600_000;
/** Commands whose second word is a run. */
const ABOUT_A_RUN = [
  'run',
  'approve',
  'deny',
  'withdraw',
  'cancel',
  'retry',
  'skip',
  'undo',
  'abandon',
  'again',
  'revert',
  'review',
];

/** From a signed request to its answers; the gate, the desk and the audit are those of Slack. Never rejects. */
export function createCliFront(needs: CliFrontNeeds): (asking: Asking) => Promise<void> {
  return async (asking) => {
    const authenticated = await needs.authenticate(asking.body);
    if (authenticated.ok) return serve(needs, authenticated.signed, asking);
    const { error, suspect } = authenticated;
    needs.log.warn('a request of the command line was refused', {
      why: suspect.why,
      fingerprint: suspect.fingerprint,
      userId: suspect.person?.user,
    });
    await needs.audit.refused(suspect);
    asking.send(await failed(needs, error), error.kind === 'unauthorised' ? 401 : 200);
  };
}

async function serve(needs: CliFrontNeeds, signed: SignedRequest, asking: Asking): Promise<void> {
  const { person, request } = signed;
  const asker: Asker = { userId: person.user, teamId: needs.homeTeamId, userName: person.name, channelId: '', via: 'cli' };
  await needs.audit.accepted(signed);
  const first = await answered(needs, request.text, asker);
  asking.send(first);
  if (request.watch && WATCHED.test(request.text) && first.outcome === 'done')
    await watch(needs, asker, { text: request.text, first, asking });
}

/** Nothing else is asked again and again on one signature. */
const WATCHED = /^run\s+r[a-z0-9]{6,16}$/;

interface Watching {
  readonly text: string;
  readonly first: Answer;
  readonly asking: Asking;
}

/** Asks again, through the same gate, until the run has ended; only what changed is sent. */
async function watch(needs: CliFrontNeeds, asker: Asker, { text, first, asking }: Watching): Promise<void> {
  const { clock } = needs;
  const untilMs = clock.now() + WATCH_AT_MOST_MS;
  let last = first;
  while (last.run?.over !== true && last.outcome !== 'refused' && clock.now() < untilMs) {
    await clock.sleep(LOOK_EVERY_MS, asking.gone).catch(() => undefined);
    if (asking.gone.aborted) return;
    // Whose word it was is said once.
    const now = await answered({ ...needs, stoodIn: () => undefined }, text, asker);
    if (JSON.stringify(now) !== JSON.stringify(last)) asking.send(now);
    last = now;
  }
}

async function answered(needs: CliFrontNeeds, text: string, asker: Asker): Promise<Answer> {
  let run: Run | undefined;
  try {
    const desk = needs.deskFor((started) => {
      run = started;
    });
    const answer = await desk(text, asker);
    run ??= await runIn(needs, text);
    const message = withWord(needs, asker, answer ?? { summary: 'Done', parts: [{ line: 'Done.', sign: 'ok' }] });
    return { version: 1, outcome: 'done', message: await needs.wire(message), ...(run ? { run: runOf(run) } : {}) };
  } catch (error) {
    if (error instanceof NotRequested)
      return { version: 1, outcome: 'refused', message: await needs.wire(withWord(needs, asker, error.card)) };
    return failed(needs, error, asker);
  }
}

/** The run that the words name, for those who were just let to see it. */
async function runIn({ run }: CliFrontNeeds, text: string): Promise<Run | undefined> {
  const [command = '', id] = text.trim().split(/\s+/);
  return ABOUT_A_RUN.includes(command) && RunId.safeParse(id).success ? run(id ?? '') : undefined;
}

function runOf({ id, state }: Run): Answer['run'] {
  return { id, state, over: isFinal(state) || state === 'halted' };
}

/** Says whose word it was. */
function withWord({ stoodIn, clock }: CliFrontNeeds, { userId }: Asker, message: Message): Message {
  const atMs = stoodIn(userId);
  if (atMs === undefined) return message;
  const ago = formatDuration(Math.max(0, clock.now() - atMs));
  const note: Part = { note: `Slack does not answer: your groups are those that it gave ${ago} ago.` };
  return { ...message, parts: [...message.parts, note] };
}

async function failed(needs: CliFrontNeeds, error: unknown, asker?: Asker): Promise<Answer> {
  const reference = needs.newReference();
  if (isOurFault(error))
    needs.log.error('a command of the command line failed', {
      reference,
      userId: asker?.userId,
      why: asError(error).message,
      stack: asError(error).stack,
    });
  const outcome = error instanceof TrunklineError ? OUTCOMES[error.kind] : 'broken';
  return { version: 1, outcome, message: await needs.wire(errorMessage(error, reference)) };
}
