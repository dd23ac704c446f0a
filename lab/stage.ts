import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LabBot, startBot } from './bot.ts';
import { writeBotConfig } from './bot-config.ts';
import type { Generation } from './inventory.ts';
import { type LabRedis, startRedis } from './redis.ts';
import type { LabSecrets } from './secrets.ts';
import { startWorkspace, type Workspace } from './slack/workspace.ts';

export interface StageOptions {
  readonly generation: Generation;
  readonly secrets: LabSecrets;
  /** Port of the workspace's page. */
  readonly port?: number;
  /** Changes the bot's configuration before it is written. */
  readonly change?: (config: Record<string, unknown>) => Record<string, unknown>;
  /** The bot knows the plain streaming cluster as well. */
  readonly ledger?: boolean;
  /** `apart`: bot and worker as two processes, so that a test can kill one. */
  readonly processes?: 'together' | 'apart';
}

/** All that talks to the hosts: Redis, the workspace and the real program. Runs inside the lab's network namespace. */
export interface Stage {
  readonly workspace: Workspace;
  readonly redis: LabRedis;
  readonly bot: LabBot;
  /** The workers that run as processes of their own, in the order of their start. */
  readonly workers: readonly LabBot[];
  startWorker(): Promise<LabBot>;
  startBot(): Promise<LabBot>;
  readonly configFile: string;
  readonly folder: string;
  stop(): Promise<void>;
}

const REDIS_PORT = 6390;
const HEALTH_PORT = 9187;

/** @throws Error when a part does not come up; what was started is ended again. */
export async function startStage(options: StageOptions): Promise<Stage> {
  const { port, processes = 'together' } = options;
  const folder = await mkdtemp(join(tmpdir(), 'trunkline-stage-'));
  const started: { stop(): Promise<void> }[] = [];
  const keep: Keep = async (starting) => {
    const part = await starting;
    started.unshift(part);
    return part;
  };
  const stop = async () => {
    for (const part of started.splice(0)) await part.stop().catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const [workspace, redis] = await Promise.all([
      keep(startWorkspace(port === undefined ? {} : { port })),
      keep(startRedis({ port: REDIS_PORT, folder: join(folder, 'redis') })),
    ]);
    const launch = launcher({ ...options, folder, workspace, redis, keep });
    const { bot, config } = await launch(processes === 'together' ? 'start' : 'bot');
    const workers: LabBot[] = [];
    const startWorker = async () => {
      const worker = (await launch('worker')).bot;
      workers.push(worker);
      return worker;
    };
    if (processes === 'apart') await startWorker();
    return {
      workspace,
      redis,
      bot,
      configFile: config,
      folder,
      workers,
      startWorker,
      startBot: async () => (await launch('bot')).bot,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Keep = <T extends { stop(): Promise<void> }>(starting: Promise<T>) => Promise<T>;
interface Launching extends StageOptions {
  readonly folder: string;
  readonly workspace: Workspace;
  readonly redis: LabRedis;
  readonly keep: Keep;
}

/** Starts the real program, each time with a configuration, a health port and a log of its own. */
function launcher({ generation, secrets, change, ledger, folder, workspace, redis, keep }: Launching) {
  const common = { generation, secrets, seed: workspace.seed, slackApiUrl: workspace.env.SLACK_API_URL, redisPort: redis.port };
  let healthPort = HEALTH_PORT;
  return async (as: 'start' | 'bot' | 'worker') => {
    const port = healthPort;
    healthPort += 1;
    const name = `${as}-${port}`;
    const own = { folder: join(folder, name), healthPort: port };
    const config = await writeBotConfig({ ...common, ...own, ...(change ? { change } : {}), ...(ledger ? { ledger } : {}) });
    const bot = await keep(startBot({ as, config, healthPort: port, logFile: join(folder, `${name}.log`) }));
    return { config, bot };
  };
}
