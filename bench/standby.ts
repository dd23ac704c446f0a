import { psql } from '../lab/health.ts';
import { dataDirectory, hostNamed, ledger } from '../lab/inventory.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { monotonicMs } from '../lab/slack/monotonic.ts';
import { type Stage, startStage } from '../lab/stage.ts';
import { BARE, makeBare, withBareHost } from '../test/support/bare-host.ts';
import { runByChat, stepMs, stepWords } from './run-by-chat.ts';
import { type BenchResult, compare, median, round, spread } from './stats.ts';

/** Pairs. */
const ROUNDS = Number(process.env.TRUNKLINE_BENCH_ROUNDS ?? 3);
const GIB = 1024 ** 3;
const WANTED_BYTES = 5 * GIB;
/** Rows of about 1 KiB that PostgreSQL does not compress away. */
const FILL = `create table if not exists filler as select n, repeat(md5(n::text), 30) t from generate_series(1, 5500000) n`;

/**
 * The copy phase of `/pg bootstrap` (the step, from its first mark to its last) on a database of at least 5 GiB against bare
 * `pg_basebackup` with the same options between the same hosts, in turn; and what stands around it.
 */
export default async function run(): Promise<BenchResult> {
  const lab = await createLab({ debian: process.env.TRUNKLINE_LAB_DEBIAN === '13' ? '13' : '12', timings: 'demo' });
  await lab.streamingPair();
  await lab.up([BARE]);
  await letIn(lab);
  const bytes = await filled(lab);
  console.log(`${(bytes / GIB).toFixed(2)} GiB to copy`);
  const stage = await startStage({
    ...{ generation: lab.generation, secrets: lab.secrets, ledger: true },
    change: withBareHost(() => lab),
  });
  const rows = { ours: [] as number[], around: [] as number[], peer: [] as number[] };
  try {
    for (let i = 0; i < ROUNDS; i += 1) {
      const turns = [() => byTrunkline(stage, rows), async () => void rows.peer.push(await bare(lab))];
      for (const turn of i % 2 === 0 ? turns : turns.toReversed()) {
        await makeBare(lab);
        await turn();
      }
    }
    await makeBare(lab);
    return {
      ...compare('standby', { ours: rows.ours, peer: rows.peer, unit: 'ms of the copy' }),
      ...{ gib: round(bytes / GIB), aroundMs: round(median(rows.around)) },
      spread: { ours: spread(rows.ours), peer: spread(rows.peer), aroundMs: spread(rows.around) },
    };
  } finally {
    await stage.stop();
  }
}

/** Lets the one who copies by hand in, as Trunkline does for itself. */
async function letIn(lab: Lab): Promise<void> {
  const file = await psql(ledger.primary, 'show hba_file');
  const rule = `host replication replicator ${hostNamed(BARE).address}/32 scram-sha-256`;
  await lab.exec(ledger.primary, ['/bin/sh', '-c', `grep -qxF "$1" "$2" || echo "$1" >>"$2"`, 'sh', rule, file]);
  await psql(ledger.primary, 'select pg_reload_conf()');
}

async function filled(lab: Lab): Promise<number> {
  const size = async () => Number(await psql(ledger.primary, 'select sum(pg_database_size(oid)) from pg_database'));
  const sql = (statement: string) =>
    lab.exec(
      ledger.primary,
      ['/usr/sbin/runuser', '-u', 'postgres', '--', 'psql', '-qX', '-v', 'ON_ERROR_STOP=1', '-d', 'postgres', '-c', statement],
      { timeoutMs: 600_000 },
    );
  if ((await size()) < WANTED_BYTES) {
    const { code, stderr } = await sql(FILL);
    if (code !== 0) throw new Error(`the database could not be filled: ${stderr}`);
    await sql('checkpoint');
  }
  return size();
}

async function byTrunkline(stage: Stage, rows: { ours: number[]; around: number[] }): Promise<void> {
  const run = await runByChat(stage, `bootstrap ${ledger.name} ${BARE}`, { approval: false, withinMs: 1_200_000 });
  const copy = stepMs(run, 'copy');
  rows.ours.push(copy);
  rows.around.push(run.tookMs - copy);
  console.log(`ours: copy ${Math.round(copy)} ms, around it ${Math.round(run.tookMs - copy)} ms (steps: ${stepWords(run)})`);
}

/** The same program with the same options, by hand. */
async function bare(lab: Lab): Promise<number> {
  const target = `${dataDirectory(lab.generation)}.by-hand`;
  const login = `postgresql://replicator:${lab.secrets.passwords.replication}@${hostNamed(ledger.primary).address}:5432/`;
  const options = ['-w', '-X', 'stream', '-c', 'fast', '-C', '-S', 'by_hand', '-D', target, '-d', login];
  const begun = monotonicMs();
  const { code, stderr } = await lab.exec(BARE, ['/usr/sbin/runuser', '-u', 'postgres', '--', 'pg_basebackup', ...options], {
    timeoutMs: 1_200_000,
  });
  const took = monotonicMs() - begun;
  if (code !== 0) throw new Error(`pg_basebackup failed: ${stderr}`);
  await psql(ledger.primary, "select pg_drop_replication_slot('by_hand')");
  console.log(`bare pg_basebackup: ${Math.round(took)} ms`);
  return took;
}
