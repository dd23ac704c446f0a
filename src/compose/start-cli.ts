import { randomUUID } from 'node:crypto';
import type { DeskParts } from '../ask/desk.ts';
import { createOnce } from '../chat/once.ts';
import { createAuthenticate } from '../cli/authenticate.ts';
import { startCliServer } from '../cli/cli-server.ts';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Redact } from '../core/redact.ts';
import { runCard } from '../runs/run-card.ts';
import type { CouldApprove } from '../runs/needs.ts';
import type { Proposed } from '../runs/propose.ts';
import type { Runs } from '../store/runs.ts';
import type { Seen } from '../store/seen.ts';
import type { ChatParts } from './build-chat.ts';
import { cliDesk } from './cli-desk.ts';
import { createCliFront } from './cli-front.ts';
import { wireOf } from './wire.ts';

interface Needs {
  readonly config: Config;
  /** The desk of Slack; only how a change starts is told differently. */
  readonly parts: DeskParts;
  readonly propose: (wish: Parameters<DeskParts['start']>[0]) => Promise<Proposed>;
  readonly runs: Pick<Runs, 'get'>;
  readonly chats: Pick<ChatParts, 'cliAudit' | 'stoodIn' | 'word'>;
  readonly seen: Pick<Seen, 'seenBefore'>;
  readonly couldApprove: CouldApprove;
  readonly redact: Redact;
  readonly clock: Clock;
  readonly log: Log;
}

const SEEN_MS = 15 * 60_000;
const REFRESH_MS = 5 * 60_000;

/**
 * Listens for the command line where the configuration lists people for it; resolves with how to stop.
 * @throws Refusal when the place can not be opened.
 */
export async function startCli(needs: Needs): Promise<() => Promise<void>> {
  const { config, chats, seen, clock, log } = needs;
  const { cli } = config;
  if (!cli) return async () => undefined;
  const once = createOnce({ seenBefore: (key) => seen.seenBefore(key, SEEN_MS), clock, log });
  const front = createCliFront({
    authenticate: createAuthenticate({ people: cli.people, bot: cli.name, clock, once }),
    deskFor: (started) =>
      cliDesk(
        {
          ...needs,
          async card(run) {
            // Slack tells who could approve; while it is away nobody waits for that.
            const approvers = run.state === 'pending' && !chats.word.isAway() ? { approvers: await needs.couldApprove(run) } : {};
            return runCard({ run, journal: {}, nowMs: clock.now(), ...approvers });
          },
        },
        started,
      ),
    run: (id) => needs.runs.get(id),
    audit: chats.cliAudit,
    wire: (message) => wireOf(message, { redact: needs.redact, nameOf: namesOf(needs) }),
    stoodIn: chats.stoodIn,
    homeTeamId: config.slack.teamId,
    ...{ clock, log, newReference: () => `e${randomUUID().replaceAll('-', '').slice(0, 8)}` },
  });
  const place = cli.socket === undefined ? { host: cli.host, port: cli.port } : { socket: cli.socket };
  const server = await startCliServer({ place, answer: front, clock, log });
  log.info('listening for the command line', place);
  const stopRefreshing = keepKnown(
    needs,
    cli.people.map(({ user }) => user),
  );
  return async () => {
    stopRefreshing();
    await server.stop();
  };
}

/** Asks Slack about the listed people now and then, so that its last word is never old when it goes away. */
function keepKnown({ chats: { word }, clock, log }: Needs, users: readonly string[]): () => void {
  const ask = async () => {
    for (const user of users) {
      await word.now(user, false).catch((error: unknown) => failed(error, user));
      if (word.isAway()) return;
    }
  };
  const failed = (error: unknown, user?: string) =>
    log.debug('slack does not say who somebody of the command line is', { userId: user, why: asError(error).message });
  ask().catch(failed);
  return clock.every(REFRESH_MS, ask, failed);
}

/** The configured name, or the one that Slack gave; people are told apart by their id all the same. */
function namesOf({ config: { cli }, chats: { word } }: Needs): (userId: string) => Promise<string | undefined> {
  return async (userId) => {
    const listed = cli?.people.find(({ user }) => user === userId)?.name;
    if (listed !== undefined) return listed;
    const known = await word.last(userId).catch(() => undefined);
    return known?.identity?.displayName;
  };
}
