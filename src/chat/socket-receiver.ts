import type { App, Receiver } from '@slack/bolt';
import type { Clock } from '../core/clock.ts';
import { bug } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { openSocket, type Socket } from './socket.ts';
import { createSocketLine } from './socket-line.ts';

/** How messages come from Slack, for Bolt and for the health page. */
export interface Intake extends Receiver {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Connections that work now, and how many there should be. */
  connections(): { readonly open: number; readonly wanted: number };
  /** The app that Slack says this is, once known. */
  appId(): string | undefined;
}

export interface SocketReceiverOptions {
  readonly appToken: string;
  readonly connections: number;
  readonly apiUrl?: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** Socket Mode over several connections that share one app; Slack sends each envelope to any one of them. */
export function createSocketReceiver(options: SocketReceiverOptions): Intake {
  const { clock, log } = options;
  let bolt: App | undefined;
  let appId: string | undefined;
  const open = async (): Promise<Socket> => {
    if (!bolt) throw bug('the receiver was started before Bolt');
    return openSocket({
      ...options,
      app: bolt,
      onHello: (hello) => {
        appId ??= hello.appId;
        log.info('connected to slack', { connectionsOfTheApp: hello.connections });
      },
    });
  };
  const lines = Array.from({ length: options.connections }, (_, line) =>
    createSocketLine({ open, clock, log: log.child({ line }) }),
  );
  return {
    init: (app) => {
      bolt = app;
    },
    async start() {
      const first = await open();
      for (const [at, line] of lines.entries()) line.keep(at === 0 ? first : undefined);
    },
    async stop() {
      await Promise.all(lines.map((line) => line.stop()));
    },
    connections: () => ({ open: lines.filter((line) => line.isConnected()).length, wanted: lines.length }),
    appId: () => appId,
  };
}
