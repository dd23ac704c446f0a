import { type Actor, actorOf } from './actor.ts';
import { type ControlClient, controlClient } from './control-client.ts';
import type { Route } from './delivery.ts';
import type { Fault, FaultInput } from './faults.ts';
import { startFront } from './front.ts';
import type { JournalEntry } from './journal.ts';
import type { Message } from './message.ts';
import { type Person, type Seed, seedWorkspace } from './seed.ts';
import type { DisconnectReason, Which } from './socket-mode.ts';
import type { OpenView, Settings } from './state.ts';
import { type Wait, waitForEntry, waitForMessage } from './waiting.ts';

export type { Actor } from './actor.ts';
export type { Delivery } from './delivery.ts';
export type { JournalEntry } from './journal.ts';
export type { Message } from './message.ts';
export type { Submission } from './submissions.ts';

/** A running Slack-compatible workspace, as tests, benchmarks and the demo's tour use it. All times are `monotonicMs()`. */
export interface Workspace {
  /** Where the page is. */
  readonly origin: string;
  readonly seed: Seed;
  /** What the bot needs in its environment: SLACK_API_URL, SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET, SLACK_TEAM_ID. */
  readonly env: Readonly<Record<SlackVariable, string>>;
  /** Acts as one of the people, by handle: `as('olga').command('/pg', 'status billing', { channel: 'db-ops' })`. */
  as(name: string): Actor;
  /** Everything in a channel (`db-ops`, `@olga` for a direct message), or everywhere; oldest first, ephemeral ones included. */
  messages(channel?: string): Promise<Message[]>;
  /** A message and its replies. */
  thread(ts: string, channel?: string): Promise<Message[]>;
  /** The first message that fits, as soon as it is there. Throws after `withinMs` (5 s) and lists what was there instead. */
  waitForMessage(fits: (message: Message) => boolean, wait?: Wait): Promise<Message>;
  /** The modals that are open, oldest first; `user` is a handle. */
  views(): Promise<OpenView[]>;
  journal(after?: number): Promise<JournalEntry[]>;
  /** The number of the newest journal entry, for `journal` and `waitForEntry`. */
  mark(): Promise<number>;
  /** The first journal entry after `wait.after` that fits; throws after `withinMs` (5 s). */
  waitForEntry(fits: (entry: JournalEntry) => boolean, wait?: Wait & { after?: number }): Promise<JournalEntry>;
  readonly faults: { add(fault: FaultInput): Promise<void>; clear(): Promise<void>; left(): Promise<Fault[]> };
  /** The bot's Socket Mode connections. */
  readonly sockets: {
    count(): Promise<number>;
    /** Asks them to reconnect, as Slack does. */
    disconnect(options?: { reason?: DisconnectReason; which?: Which }): Promise<number>;
    /** Cuts them without a word. */
    drop(which?: Which): Promise<number>;
  };
  expireTriggers(): Promise<void>;
  set(settings: Partial<Settings>): Promise<void>;
  /** Deliver to the bot's sockets (as at the start) or, signed, to its HTTP request URL. */
  deliverTo(route: Route): Promise<void>;
  /** Sends the last signed request again, byte for byte; the HTTP status of the bot's answer. */
  replay(): Promise<number>;
  changePerson(name: string, changes: Partial<Pick<Person, 'deleted' | 'guest' | 'teamId'>>): Promise<void>;
  changeChannel(name: string, changes: { botIsMember?: boolean; archived?: boolean; extShared?: boolean }): Promise<void>;
  setGroup(handle: string, people: readonly string[]): Promise<void>;
  /** Ends the workspace if this process started it. */
  stop(): Promise<void>;
}

export type SlackVariable = 'SLACK_API_URL' | 'SLACK_BOT_TOKEN' | 'SLACK_APP_TOKEN' | 'SLACK_SIGNING_SECRET' | 'SLACK_TEAM_ID';

export interface StartOptions {
  /** 127.0.0.1 when absent. */
  readonly host?: string;
  /** A free one when absent. */
  readonly port?: number;
  readonly seed?: Seed;
  /** Told when local-slack dies by itself. */
  readonly onExit?: (why: string) => void;
}

/** Starts a workspace in this process (and local-slack as its child). Throws when it does not come up. */
export async function startWorkspace(options: StartOptions = {}): Promise<Workspace> {
  const { host = '127.0.0.1', port = 0, seed = seedWorkspace(), onExit = () => undefined } = options;
  const front = await startFront({ seed, host, port, onExit });
  return connect(front.origin, seed, () => front.stop());
}

/** Uses a workspace that another process started, such as the demo's. */
export async function connectWorkspace(origin: string): Promise<Workspace> {
  const client = controlClient(origin);
  const { seed } = await client.ask<{ seed: Seed }>('workspace');
  await client.close();
  return connect(origin, seed, () => Promise.resolve());
}

/** What the bot needs in its environment to reach the workspace at `origin`. */
export function slackEnv(origin: string, seed: Seed): Workspace['env'] {
  return {
    SLACK_API_URL: `${origin}/api/`,
    SLACK_BOT_TOKEN: seed.app.botToken,
    SLACK_APP_TOKEN: seed.app.appToken,
    SLACK_SIGNING_SECRET: seed.app.signingSecret,
    SLACK_TEAM_ID: seed.team.id,
  };
}

function connect(origin: string, seed: Seed, stop: () => Promise<void>): Workspace {
  const client = controlClient(origin);
  const messages = (channel?: string): Promise<Message[]> => client.ask('messages', { channel });
  return {
    origin,
    seed,
    env: slackEnv(origin, seed),
    as: (name) => actorOf(client, name),
    messages,
    thread: async (ts, channel) => (await messages(channel)).filter((each) => each.ts === ts || each.threadTs === ts),
    waitForMessage: (fits, wait) => waitForMessage(client, fits, wait),
    views: () => client.ask('views'),
    journal: (after = 0) => client.ask('journal', { after }),
    mark: async () => (await client.ask<{ seq: number }>('mark')).seq,
    waitForEntry: (fits, wait) => waitForEntry(client, fits, wait),
    ...controlsOf(client),
    async stop() {
      await client.close();
      await stop();
    },
  };
}

type Controls = Pick<
  Workspace,
  'faults' | 'sockets' | 'expireTriggers' | 'set' | 'deliverTo' | 'replay' | 'changePerson' | 'changeChannel' | 'setGroup'
>;

function controlsOf(client: ControlClient): Controls {
  const tell = async (name: string, body?: object): Promise<void> => void (await client.ask(name, body));
  const count = async (name: string, body?: object): Promise<number> => (await client.ask<{ count: number }>(name, body)).count;
  return {
    faults: {
      add: (fault) => tell('fault', fault),
      clear: () => tell('clear-faults'),
      left: () => client.ask('faults'),
    },
    sockets: {
      count: () => count('sockets'),
      disconnect: (options = {}) => count('disconnect', options),
      drop: (which = 'all') => count('drop', { which }),
    },
    expireTriggers: () => tell('expire-triggers'),
    set: (settings) => tell('settings', settings),
    deliverTo: (route) => tell('route', route),
    replay: async () => (await client.ask<{ httpStatus: number }>('replay')).httpStatus,
    changePerson: (user, changes) => tell('person', { user, ...changes }),
    changeChannel: (channel, changes) => tell('channel', { channel, ...changes }),
    setGroup: (handle, users) => tell('group', { handle, users }),
  };
}
