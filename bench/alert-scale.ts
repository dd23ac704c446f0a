import { setTimeout as delay } from 'node:timers/promises';
import { monotonicMs } from '../lab/slack/monotonic.ts';
import type { Workspace } from '../lab/slack/workspace.ts';
import { configOf, memberOf, openFolder, secretsOf } from '../test/program/support/config.ts';
import { endProgram, startedProgram } from '../test/program/support/program.ts';
import { startEtcd } from '../test/support/etcd-server.ts';
import { freePort, startRedisServer } from '../test/support/redis-server.ts';
import { apart, workspaceApart } from './alert-apart.ts';
import { type Chatter, MEMBERS, startChatter } from './alert-chatter.ts';
import { processCost } from './process-cost.ts';
import { median, percentile, round } from './stats.ts';

/** What the bot costs and how quick it is with so many clusters. */
export interface ScaleRow {
  readonly clusters: number;
  /** From the transaction that ends a lease, as it leaves for etcd, to the message accepted by the workspace. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The most that was resident while the leaders changed. */
  readonly peakMib: number;
  /** The same from the start of the process until then. */
  readonly startPeakMib: number;
  readonly cpuPercent: number;
}

/** There is no PostgreSQL behind these members, so what lasts is not looked for. */
const ONLY_LEADERS = { patrol: { every: '1h' } };
const CHANGES = 100;
const EVERY_MS = 400;
/** Until what belongs to the start is over. */
const CALM_MS = 20_000;

/** The shipped program with `count` clusters of three members on one etcd that write as Patroni does, and 100 lost leaders among them. */
export async function scale(count: number): Promise<ScaleRow> {
  const folder = openFolder();
  const [etcd, redis, slack, patroni] = await Promise.all([
    ...([startEtcd(1), startRedisServer(), workspaceApart()] as const),
    apart<{ readonly port: number }>('./alert-patroni.ts'),
  ]);
  const { workspace } = slack;
  const names = Array.from({ length: count }, (_, i) => `c${String(i).padStart(4, '0')}`);
  const chatter = await startChatter(etcd.endpoints, names);
  const config = configOf({
    ...{ seed: workspace.seed, slackApiUrl: workspace.env.SLACK_API_URL, redisPort: redis.port },
    ...{ privateKeyFile: folder.privateKeyFile(), healthPort: await freePort(), etcds: etcd.endpoints },
    change: { clusters: names.map((name) => clusterOf(name, patroni.says.port)), alerts: ONLY_LEADERS },
  });
  const program = await startedProgram(['bot', '--config', folder.write('bot.yml', config)], secretsOf(workspace.seed));
  try {
    await delay(CALM_MS);
    const cost = processCost(program.pid);
    const delays = await changes(chatter, workspace, names);
    return {
      ...{ clusters: count, p50Ms: round(median(delays)), p99Ms: round(percentile(delays, 0.99)) },
      ...{ peakMib: Math.round(cost.peakMib()), startPeakMib: Math.round(cost.peakBeforeMib) },
      ...{ cpuPercent: round(cost.cpuPercent()) },
    };
  } finally {
    chatter.stop();
    await endProgram(program);
    await Promise.all([etcd.stop(), redis.stop(), slack.stop(), patroni.stop()]);
    folder.remove();
  }
}

function clusterOf(name: string, restPort: number) {
  return {
    ...{ name, environment: 'production', etcd: 'main' },
    patroni: { username: 'trunkline', password: 'env:PATRONI_PASSWORD' },
    postgres: { user: 'trunkline', password: 'env:PG_PASSWORD' },
    members: MEMBERS.map((member) => memberOf(member, { restPort })),
  };
}

/** One change after the other at a steady pace, of clusters all over the etcd. */
async function changes(chatter: Chatter, workspace: Workspace, names: readonly string[]): Promise<readonly number[]> {
  const begun = performance.now();
  const delays: number[] = [];
  for (let i = 0; i < CHANGES; i += 1) {
    await delay(Math.max(0, begun + i * EVERY_MS - performance.now()));
    const name = names[(i * 7919) % names.length] ?? '';
    const after = await workspace.mark();
    const startedAt = monotonicMs();
    const id = `-${await chatter.lose(name)}-${name}"`;
    const tells = (data: unknown) => JSON.stringify(data).includes(id);
    const accepted = await workspace.waitForEntry(({ kind, data }) => kind === 'message' && tells(data), {
      ...{ after, withinMs: 30_000 },
    });
    delays.push(accepted.at - startedAt);
    await chatter.promote(name);
  }
  return delays;
}
