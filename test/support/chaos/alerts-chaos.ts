import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { startWorkspace, type Workspace } from '../../../lab/slack/workspace.ts';
import { configOf, memberOf, openFolder, secretsOf } from '../../program/support/config.ts';
import { startProgram } from '../../program/support/program.ts';
import { type EtcdServers, startEtcd } from '../etcd-server.ts';
import { httpServer } from '../http-server.ts';
import { freePort, startRedisServer } from '../redis-server.ts';
import { until } from '../until.ts';
import { chanceOf } from './chance.ts';
import { openChangeDriver } from './change-driver.ts';
import { MEMBERS } from './cluster-writer.ts';
import { openRecord } from './etcd-record.ts';
import { openEtcdHands } from './fenced-writer.ts';
import { type Child, fragile } from './fragile.ts';
import { type Gone, judgeGone } from './gone.ts';
import { type Amounts, trouble } from './troubles.ts';
import { judge, type Verdict } from './verdict.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly changes: number;
  readonly everyMs: number;
  readonly amounts: Amounts;
  /** How long the messages may take after the last change and the last trouble. */
  readonly settleMs: number;
  /** While nobody watches, etcd's history is taken away, and Patroni keeps that many rows of its own. */
  readonly forgets?: { readonly historyRows: number };
  readonly clusters?: number;
  /** Leaders answer by REST; else none does, and their silence is told as well. */
  readonly answering?: boolean;
}

export interface ChaosResult {
  readonly ours: Verdict;
  /** What a watcher without any of our care told, killed and frozen together with the first bot. */
  readonly naive: Verdict;
  readonly gone: Gone;
  /** What the bots wrote to their logs, by bot. */
  readonly logs: Readonly<Record<string, string>>;
}

const CLUSTERS = 40;
/** The members of these clusters are not there, and what follows from that is not what is proven. */
const ONLY_LEADERS = { patrol: { every: '1h' } };
const CHANNELS = { ours: 'C0DBALERTS', naive: 'C0DBOPS' } as const;

/**
 * Leaders of twenty clusters change at a steady pace while two real bots, three etcd members and the workspace are hurt; says what
 * was told. Everything that strikes follows from the seed; what it meets depends on the machine's timing.
 */
export async function alertsChaos(options: ChaosOptions): Promise<ChaosResult> {
  const chance = chanceOf(options.seed);
  const world = await openWorld(options);
  const { etcd, redis, workspace, bots, naive, hands } = world;
  try {
    const driver = await openChangeDriver(hands, world.names, chance.branch('changes'), options.forgets);
    const record = openRecord(hands);
    const forget = async () => etcd.compact((await record.collect()).revision);
    await Promise.all([...bots, naive].map((each) => each.start()));
    const [first, ...others] = bots.map((bot) => [bot]);
    const groups = [[...(first ?? []), naive], ...others];
    const hurt = trouble(
      { bots: groups, etcd, redis, workspace, recorded: world.recorded, forget: options.forgets && forget },
      options.amounts,
      options.changes * options.everyMs,
      chance,
    );
    await Promise.all([driver.run(options), hurt]);
    await workspace.faults.clear();
    return await settled(world, record, options);
  } finally {
    await keepTraces(world);
    await world.close();
  }
}

type World = Awaited<ReturnType<typeof openWorld>>;

async function openWorld({ clusters = CLUSTERS, answering = false }: ChaosOptions) {
  const folder = openFolder();
  const [workspace, etcd, redis, patroni] = await Promise.all([
    startWorkspace(),
    startEtcd(3),
    startRedisServer(),
    answering ? httpServer(answerAsLeader) : undefined,
  ]);
  const names = Array.from({ length: clusters }, (_, i) => `c${String(i).padStart(2, '0')}`);
  const privateKeyFile = folder.privateKeyFile();
  const healthPorts: number[] = [];
  const bots = await Promise.all(
    ['bot-a', 'bot-b'].map(async (name) => {
      const healthPort = await freePort();
      healthPorts.push(healthPort);
      const config = configOf({
        ...{ seed: workspace.seed, slackApiUrl: workspace.env.SLACK_API_URL, redisPort: redis.port, privateKeyFile },
        ...{
          healthPort,
          etcds: etcd.endpoints,
          change: { clusters: names.map((each) => clusterOf(each, patroni?.port)), alerts: ONLY_LEADERS, ...TRACED },
        },
      });
      const path = folder.write(`${name}.yml`, config);
      return fragile(name, () => startProgram(['bot', '--config', path], secretsOf(workspace.seed)));
    }),
  );
  const naive = fragile('naive', () => startNaive(etcd, workspace));
  const hands = openEtcdHands(etcd.endpoints);
  return {
    ...{ workspace, etcd, redis, names, bots, naive, hands },
    recorded: () => until(async () => (await Promise.all(healthPorts.map(hasRecorded))).every(Boolean), RECORDED_MS),
    async close() {
      hands.close();
      await Promise.all([...bots, naive].map((each) => each.kill()));
      await Promise.all([workspace.stop(), etcd.stop(), redis.stop(), patroni?.close()]);
      folder.remove();
    },
  };
}

/** A bot that has told nothing that the store does not know. */
async function hasRecorded(healthPort: number): Promise<boolean> {
  const metrics = await fetch(`http://127.0.0.1:${healthPort}/metrics`).then(
    (answer) => answer.text(),
    () => '',
  );
  return /^trunkline_signals_unrecorded\S* 0$/m.test(metrics);
}

/** As Patroni of a leader. */
function answerAsLeader(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const body = {
    state: 'running',
    role: 'primary',
    server_version: 170_002,
    timeline: 1,
    patroni: { version: '4.0.7', scope: 'c' },
  };
  response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
}

function clusterOf(name: string, restPort: number | undefined) {
  return {
    ...{ name, environment: 'production', etcd: 'main' },
    patroni: { username: 'trunkline', password: 'env:PATRONI_PASSWORD' },
    postgres: { user: 'trunkline', password: 'env:PG_PASSWORD' },
    members: MEMBERS.map((member) => memberOf(member, restPort === undefined ? {} : { restPort })),
  };
}

function startNaive(etcd: EtcdServers, { env }: Workspace): Child {
  const script = fileURLToPath(new URL('./naive-watcher.ts', import.meta.url));
  const argv = ['--import', import.meta.resolve('tsx'), script, etcd.endpoints.join(','), CHANNELS.naive];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', process.execPath, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  return {
    pid: child.pid ?? 0,
    output: () => text,
    lives: () => child.exitCode === null && child.signalCode === null,
    signal: (name) => void child.kill(name),
    ended: once(child, 'close'),
  };
}

/** Waits until nothing is missed, at most so long, and then as long again as a claim lives, for what would be told twice. */
async function settled(world: World, record: ReturnType<typeof openRecord>, options: ChaosOptions): Promise<ChaosResult> {
  const { workspace, hands, bots } = world;
  const recorded = await record.collect();
  const { clusterId, events } = recorded;
  const verdicts = async () => {
    const messages = await workspace.messages();
    const of = (channel: string) => messages.filter((message) => message.channel === channel);
    const evidence = { events, acked: hands.acked };
    return {
      ours: judge({ ...evidence, messages: of(CHANNELS.ours), idOf: (at) => `${clusterId}-${at.revision}-${at.cluster}` }),
      gone: judgeGone(recorded, of(CHANNELS.ours)),
      naive: judge({ ...evidence, messages: of(CHANNELS.naive), idOf: (at) => `${at.revision}-${at.cluster}` }),
    };
  };
  // What etcd forgot is told nowhere, but counted.
  const isWhole = ({ ours, gone }: Awaited<ReturnType<typeof verdicts>>) =>
    options.forgets ? isDeepStrictEqual(gone.counted, gone.untold) && gone.wrongEnd.length === 0 : ours.missed.length === 0;
  const giveUpAt = Date.now() + options.settleMs;
  while (!isWhole(await verdicts()) && Date.now() < giveUpAt) await delay(250);
  await delay(CLAIM_MS);
  const logs = Object.fromEntries(bots.map((bot) => [bot.name, bot.output()]));
  return { ...(await verdicts()), logs };
}

/** Redis is whole by then, and the bots have found it again. */
const RECORDED_MS = 20_000;
/** A taken-over signal would be told again by now. */
const CLAIM_MS = 13_000;

/** For who looks into a failure: `TRUNKLINE_CHAOS_LOGS` names a folder. */
const TRACES = process.env.TRUNKLINE_CHAOS_LOGS;
const TRACED = TRACES === undefined ? {} : { log: { level: 'debug' } };

async function keepTraces({ bots, workspace }: World): Promise<void> {
  if (TRACES === undefined) return;
  for (const bot of bots) writeFileSync(`${TRACES}/${bot.name}.log`, bot.output());
  writeFileSync(`${TRACES}/messages.json`, JSON.stringify(await workspace.messages(), null, 1));
}
