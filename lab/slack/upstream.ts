import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { asList, asObject, type Json, parseJson } from './json.ts';
import type { Seed } from './seed.ts';
import { shareNext } from './share-next.ts';

/** The local-slack process behind the front. */
export interface Upstream {
  readonly origin: string;
  /** What every request to it must carry. */
  readonly headers: Readonly<Record<string, string>>;
  readonly pool: Pool;
  call(method: string, args: Json): Promise<Json>;
  control(path: string, body: Json): Promise<Json>;
  /** Everything in a channel as local-slack keeps it, ephemeral messages included, oldest first. */
  messages(channel: string): Promise<Json[]>;
  stop(): Promise<void>;
}

export interface UpstreamOptions {
  readonly seed: Seed;
  /** The front's address, which takes the place of local-slack's own in everything it says. */
  readonly frontOrigin: string;
  /** The front's path that local-slack delivers to what people do. */
  readonly deliverTo: string;
  /** Called when the process ends although nobody stopped it. */
  readonly onExit: (why: string) => void;
}

/**
 * Starts local-slack on a free loopback port, so that the kernel ends it when this process ends in any way (setpriv --pdeathsig,
 * util-linux). Throws when the optional package is not installed or the process does not come up within 10 s.
 */
export async function startUpstream(options: UpstreamOptions): Promise<Upstream> {
  const folder = ownFolder();
  const key = randomUUID();
  writeFileSync(join(folder, 'config.json'), JSON.stringify(configFor(options)));
  writeFileSync(
    join(folder, 'bunfig.toml'),
    `preload = [${JSON.stringify(fileURLToPath(new URL('loopback-only.mjs', import.meta.url)))}]\n`,
  );
  const args = ['--config', 'config.json', '--port', '0', '--base-host', '127.0.0.1', '--files-dir', join(folder, 'files')];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', binary(), ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: folder, TMPDIR: folder, FRONT_KEY: key },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stopped = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const forget = (): void => rmSync(folder, { recursive: true, force: true });
  const origin = await listening(child).catch((error: unknown) => {
    child.kill('SIGKILL');
    forget();
    throw error;
  });
  let wanted = true;
  void stopped.then(() => wanted && options.onExit('local-slack ended by itself'));
  const atExit = (): void => {
    child.kill('SIGKILL');
    forget();
  };
  process.once('exit', atExit);
  return {
    ...clientOf(origin, key, options),
    async stop() {
      wanted = false;
      process.off('exit', atExit);
      child.kill('SIGKILL');
      await stopped;
      forget();
    },
  };
}

function clientOf(origin: string, key: string, { frontOrigin, seed }: UpstreamOptions): Omit<Upstream, 'stop'> {
  const pool = new Pool(origin, { connections: 128, pipelining: 1 });
  const headers = { 'x-front-key': key };
  const request = async (method: 'GET' | 'POST', path: string, body?: Json): Promise<Json> => {
    const json = { ...headers, 'content-type': 'application/json', authorization: `Bearer ${seed.app.botToken}` };
    const reply = await pool.request({ method, path, headers: json, ...(body ? { body: JSON.stringify(body) } : {}) });
    return asObject(parseJson((await reply.body.text()).replaceAll(origin, frontOrigin)));
  };
  return {
    origin,
    headers,
    pool,
    call: (method, args) => request('POST', `/api/${method}`, args),
    control: (path, body) => request('POST', `/_control${path}`, body),
    // The whole channel each time, which is long.
    messages: shareNext(async (channel) =>
      asList((await request('GET', `/_control/messages/${channel}`)).messages).map(asObject),
    ),
  };
}

function configFor({ seed, frontOrigin, deliverTo }: UpstreamOptions): Json {
  const { app } = seed;
  return {
    workspace: { name: seed.team.name, domain: seed.team.domain, teamId: seed.team.id },
    apps: [
      {
        appId: app.appId,
        botUserId: app.botUserId,
        botName: app.botName,
        botToken: app.botToken,
        appToken: app.appToken,
        signingSecret: app.signingSecret,
        mode: 'events',
        requestUrl: `${frontOrigin}${deliverTo}`,
      },
    ],
    users: seed.people.map((each) => ({ id: each.id, name: each.name, real_name: each.realName, email: each.email, tz: 'UTC' })),
    channels: seed.channels.map((each) => ({
      id: each.id,
      name: each.name,
      topic: each.topic,
      members: [...each.members, app.botUserId],
    })),
  };
}

/** A folder for this process, after the ones that killed processes left were removed. */
function ownFolder(): string {
  const prefix = 'trunkline-slack-';
  for (const name of readdirSync(tmpdir())) {
    const owner = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (owner && !existsSync(`/proc/${owner}`)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
  return mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
}

function binary(): string {
  const packageFile = 'local-slack-linux-x64/package.json';
  try {
    return join(dirname(createRequire(import.meta.url).resolve(packageFile)), 'bin', 'local-slack');
  } catch (error) {
    throw new Error('local-slack is not installed: run `npm ci` on Linux x64, without --omit=optional.', { cause: error });
  }
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const fail = (why: string): void => reject(new Error(`local-slack did not start: ${why}\n${said.slice(-2000)}`));
    const timer = setTimeout(() => fail('nothing within 10 s'), 10_000);
    const read = (chunk: Buffer): void => {
      said += chunk.toString();
      const found = /Web UI:\s+(http:\/\/\S+)/.exec(said)?.[1];
      if (!found) return;
      clearTimeout(timer);
      resolve(found);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, signal) => fail(`it ended with ${code ?? signal}`));
  });
}
