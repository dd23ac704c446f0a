import { type App, SocketModeReceiver } from '@slack/bolt';
import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import { unreachable } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { within } from '../core/within.ts';
import { boltLog } from './bolt-log.ts';

/** One connection of Socket Mode. */
export interface Socket {
  /** Resolves once: Slack asks to go (`refresh`, the connection still works), or it is gone (`closed`). */
  readonly ended: Promise<'refresh' | 'closed'>;
  isOpen(): boolean;
  /** Closes it within about a second; never rejects. */
  close(): Promise<void>;
}

export interface SocketOptions {
  readonly app: App;
  readonly appToken: string;
  readonly apiUrl?: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** The app that the connection belongs to and how many it has now, from Slack's hello. */
  readonly onHello: (hello: { readonly appId?: string | undefined; readonly connections?: number | undefined }) => void;
}

const CONNECT_WITHIN_MS = 15_000;
const CALL_WITHIN_MS = 10_000;
/** Without a pong for this long the connection counts as dead; pings go every third of it. */
const PONG_WITHIN_MS = 8000;
const SLACK_PINGS_WITHIN_MS = 30_000;
const CLOSE_WITHIN_MS = 1000;

/**
 * Opens one connection for Bolt, without Bolt's own reconnecting: that waits 5 s without any connection, and its `stop` races it
 * (bolt-js issue 2656). Slack's wish to refresh is reported instead of being obeyed at once, so that a successor comes first.
 * @throws the Web API's error of apps.connections.open, or TrunklineError 'unreachable'.
 */
export async function openSocket(options: SocketOptions): Promise<Socket> {
  const { clock, log } = options;
  const receiver = receiverFor(options);
  receiver.init(options.app);
  const { client } = receiver;
  const closed = new Promise<'closed'>((resolve) => client.on('disconnected', () => resolve('closed')));
  const refresh = new Promise<'refresh'>((resolve) => {
    listenFirst(client, {
      onGoodbye: (reason) => {
        log.info('slack asks for a new connection', { reason });
        resolve('refresh');
      },
      onHello: options.onHello,
    });
  });
  let open = true;
  void closed.then(() => {
    open = false;
  });
  const close = async (): Promise<void> => {
    if (!open) return;
    void client.disconnect().catch(() => undefined);
    await Promise.race([closed, clock.sleep(CLOSE_WITHIN_MS)]);
    // A second call ends a close handshake that the other side does not answer.
    if (open) void client.disconnect().catch(() => undefined);
  };
  try {
    await within(clock, CONNECT_WITHIN_MS, client.start());
  } catch (error) {
    await close();
    throw error ?? unreachable('the connection to Slack was closed before it was ready', 'It is tried again by itself.');
  }
  return { ended: Promise.race([refresh, closed]), isOpen: () => open, close };
}

function receiverFor({ appToken, apiUrl, clock, log }: SocketOptions): SocketModeReceiver {
  const clientOptions = {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: CALL_WITHIN_MS,
  };
  return new SocketModeReceiver({
    appToken,
    autoReconnectEnabled: false,
    clientPingTimeout: PONG_WITHIN_MS,
    serverPingTimeout: SLACK_PINGS_WITHIN_MS,
    logger: boltLog(log),
    installerOptions: { clientOptions },
    customPropertiesExtractor: () => ({ receivedAtMs: clock.now() }),
    processEventErrorHandler: async ({ error }) => {
      log.error('an envelope could not be processed', { why: error.message });
      return false;
    },
  });
}

const Frame = z.object({
  type: z.string(),
  reason: z.string().optional(),
  num_connections: z.number().optional(),
  connection_info: z.object({ app_id: z.string().optional() }).optional(),
});

interface FrameHooks {
  readonly onGoodbye: (reason: string) => void;
  readonly onHello: SocketOptions['onHello'];
}

/** Reads control frames before Bolt's client does; everything but a goodbye goes on to it. */
function listenFirst(client: SocketModeReceiver['client'], hooks: FrameHooks): void {
  const others = client.listeners('ws_message');
  client.removeAllListeners('ws_message');
  client.on('ws_message', (data: unknown, isBinary: boolean) => {
    const frame = controlFrame(data);
    if (frame?.type === 'disconnect') return hooks.onGoodbye(frame.reason ?? 'unknown');
    if (frame?.type === 'hello') hooks.onHello({ appId: frame.connection_info?.app_id, connections: frame.num_connections });
    for (const other of others) other(data, isBinary);
  });
}

/** Envelopes are longer than any control frame or carry an id; they are not parsed twice. */
function controlFrame(data: unknown): z.output<typeof Frame> | undefined {
  if (typeof data !== 'string' || data.length > 2000 || data.includes('"envelope_id"')) return undefined;
  try {
    return Frame.safeParse(JSON.parse(data)).data;
  } catch {
    return undefined;
  }
}
