import { dataDirectory, binDirectory, hostNamed, type HostName, ports } from '../lab/inventory.ts';
import { createLab } from '../lab/lab.ts';
import { monotonicMs } from '../lab/slack/monotonic.ts';
import { startStage } from '../lab/stage.ts';
import { waitFor } from '../lab/wait-for.ts';
import { branchOf, type Diverged, divergeLeader, superSql } from '../test/support/diverge.ts';
import { patroniConfig, type Scene } from '../test/support/scene.ts';
import { runByChat, stepWords } from './run-by-chat.ts';
import { type BenchResult, compare, median, round, spread } from './stats.ts';

const ROUNDS = Number(process.env.TRUNKLINE_BENCH_ROUNDS ?? 5);
/** Rows of 1 KB, so that a new copy is more work than a rewind. */
const ROWS = 1_000_000;
const ROWS_AT_ONCE = 200_000;
/** Rows of 0.8 KB that only the old leader has. */
const LOST_ROWS = 20_000;
const KEPT = 'both:1 kept:500';

type Way = 'ours' | 'byHand' | 'reinit';

/**
 * `/pg rebuild` of a former leader that went on alone, from the click on Approve to the message that tells the end, against the bare
 * sequence of stop, checkpoint, pg_rewind and start with nobody's typing in between, and against a new copy by `patronictl reinit`.
 * Each in turn, on a divergence of its own.
 */
export default async function run(): Promise<BenchResult> {
  const lab = await createLab({ debian: process.env.TRUNKLINE_LAB_DEBIAN === '13' ? '13' : '12', timings: 'test' });
  const stage = await startStage({ generation: lab.generation, secrets: lab.secrets });
  const scene: Scene = { lab, stage, workspace: stage.workspace };
  const ways: Record<Way, (diverged: Diverged) => Promise<number>> = {
    ours: ({ old }) => byTrunkline(scene, old),
    byHand: (diverged) => byHand(scene, diverged),
    reinit: (diverged) => byReinit(scene, diverged),
  };
  const rows: Record<Way, number[]> = { ours: [], byHand: [], reinit: [] };
  try {
    const mebibytes = await filled(scene);
    for (let i = 0; i < ROUNDS; i += 1) for (const way of turns(i)) rows[way].push(await rebuilt(scene, way, ways[way]));
    return summed(rows, mebibytes);
  } finally {
    await stage.stop();
  }
}

/** Each way is first as often as the others, so that none always follows the same one. */
function turns(round: number): readonly Way[] {
  const all: readonly Way[] = ['ours', 'byHand', 'reinit'];
  return all.map((_, at) => all[(at + round) % all.length] ?? 'ours');
}

function summed({ ours, byHand, reinit }: Record<Way, number[]>, mebibytes: number): BenchResult {
  return {
    ...compare('rebuild', { ours, peer: byHand, unit: 'ms' }),
    moreThanByHandMs: round(median(ours) - median(byHand)),
    reinit: round(median(reinit)),
    mebibytes,
    spread: { ours: spread(ours), byHand: spread(byHand), reinit: spread(reinit) },
  };
}

/** The size of the database, filled once. */
async function filled(scene: Scene): Promise<number> {
  const leader = await scene.lab.leader();
  await superSql(scene, leader, 'create table filler (n int, t text)');
  for (let from = 1; from < ROWS; from += ROWS_AT_ONCE)
    await superSql(
      scene,
      leader,
      `insert into filler select n, repeat(md5(n::text), 30) from generate_series(${from}, ${from + ROWS_AT_ONCE - 1}) n`,
    );
  await superSql(scene, leader, 'checkpoint');
  return Math.round(Number(await superSql(scene, leader, 'select sum(pg_database_size(oid)) from pg_database')) / 2 ** 20);
}

async function rebuilt(scene: Scene, way: Way, by: (diverged: Diverged) => Promise<number>): Promise<number> {
  await scene.lab.waitHealthy();
  const diverged = await divergeLeader(scene, LOST_ROWS);
  const took = await by(diverged);
  await streamsAgain(scene, diverged);
  // So that Patroni repairs the third member where that had parted as well.
  await patroniConfig(scene, { postgresql: { use_pg_rewind: true } });
  console.log(`${way}: ${diverged.old} streams from ${diverged.heir} after ${Math.round(took)} ms`);
  return took;
}

async function byTrunkline({ stage }: Scene, old: HostName): Promise<number> {
  const run = await runByChat(stage, `rebuild billing ${old} --how rewind --discard ${old} --reason bench`, {
    approval: true,
    withinMs: 240_000,
  });
  console.log(`steps: ${stepWords(run)}`);
  return run.tookMs;
}

/** What an expert types, without the time that typing takes. */
async function byHand(scene: Scene, diverged: Diverged): Promise<number> {
  const { generation, secrets } = scene.lab;
  const { old, heir } = diverged;
  const source = `postgresql://rewinder:${secrets.passwords.rewind}@${hostNamed(heir).address}:${ports.postgres}/postgres`;
  const rewind = [
    `${binDirectory(generation)}/pg_rewind`,
    '-D',
    dataDirectory(generation),
    '--progress',
    '--source-server',
    source,
  ];
  const begun = monotonicMs();
  await mustRun(scene, old, ['/usr/bin/systemctl', 'stop', 'patroni']);
  await superSql(scene, heir, 'checkpoint');
  await mustRun(scene, old, ['/usr/sbin/runuser', '-u', 'postgres', '--', ...rewind]);
  await mustRun(scene, old, ['/usr/bin/systemctl', 'start', 'patroni']);
  await streamsAgain(scene, diverged);
  return monotonicMs() - begun;
}

async function byReinit(scene: Scene, diverged: Diverged): Promise<number> {
  const begun = monotonicMs();
  const words = ['reinit', 'billing', diverged.old, '--force'];
  await mustRun(scene, diverged.heir, ['patronictl', '-c', '/etc/patroni/config.yml', ...words]);
  await streamsAgain(scene, diverged);
  return monotonicMs() - begun;
}

/** It streams, by the new leader, and has replayed what only the new branch holds. */
async function streamsAgain(scene: Scene, { old, heir }: Diverged): Promise<void> {
  const missing = async () => {
    const states = await superSql(
      scene,
      heir,
      `select state from pg_stat_replication where client_addr = '${hostNamed(old).address}'`,
    );
    if (states !== 'streaming') return [`${old} streams (${states})`];
    const branch = await branchOf(scene, old);
    return branch === KEPT ? [] : [`the rows of the new branch (${branch})`];
  };
  await waitFor(`${old} to stream from ${heir}`, missing, { timeoutMs: 240_000, everyMs: 50 });
}

async function mustRun({ lab }: Scene, host: HostName, argv: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await lab.exec(host, argv, { timeoutMs: 240_000 });
  if (code !== 0) throw new Error(`${argv[0]} on ${host}: ${stdout}${stderr}`);
}
