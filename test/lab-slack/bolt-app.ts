import { createServer } from 'node:net';
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import type { Workspace } from '../../lab/slack/workspace.ts';

/**
 * A real Bolt app on Socket Mode, connected to the workspace when this resolves. After a lost socket Bolt waits for
 * `clientPingTimeout` before it comes back; half a second keeps the tests short.
 */
export async function startSocketApp(workspace: Workspace, setUp: (app: App) => void): Promise<App> {
  const { SLACK_API_URL, SLACK_APP_TOKEN, SLACK_BOT_TOKEN } = workspace.env;
  const receiver = new SocketModeReceiver({
    appToken: SLACK_APP_TOKEN,
    clientPingTimeout: 500,
    logLevel: LogLevel.ERROR,
    installerOptions: { clientOptions: { slackApiUrl: SLACK_API_URL } },
  });
  const app = new App({
    token: SLACK_BOT_TOKEN,
    receiver,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: SLACK_API_URL },
  });
  setUp(app);
  await app.start();
  return app;
}

/** A real Bolt app behind a signed HTTP request URL; the workspace delivers to it from now on. */
export async function startHttpApp(workspace: Workspace, setUp: (app: App) => void): Promise<App> {
  const { SLACK_API_URL, SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET } = workspace.env;
  const receiver = new HTTPReceiver({ signingSecret: SLACK_SIGNING_SECRET, logLevel: LogLevel.ERROR });
  const app = new App({
    token: SLACK_BOT_TOKEN,
    receiver,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: SLACK_API_URL },
  });
  setUp(app);
  const port = await freePort();
  await app.start({ port, host: '127.0.0.1' });
  await workspace.deliverTo({ mode: 'http', url: `http://127.0.0.1:${port}/slack/events` });
  return app;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}
