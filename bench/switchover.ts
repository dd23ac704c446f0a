import { createLab, type Lab } from '../lab/lab.ts';
import { monotonicMs } from '../lab/slack/monotonic.ts';
import { pooledClients } from '../lab/pooled-clients.ts';
import { listPoolers } from '../lab/pooler.ts';
import { type Stage, startStage } from '../lab/stage.ts';
import { type BenchResult, compare, differenceInterval, median, round } from './stats.ts';
import { watchPromotion } from './promotion.ts';
import { runByChat, stepWords } from './run-by-chat.ts';
import { startWriter } from './writer.ts';

/** At least 20 for figures to show; fewer to see that it runs. */
const ROUNDS = Number(process.env.TRUNKLINE_BENCH_ROUNDS ?? 20);

type Who = 'ours' | 'peer';
type Rows = Record<Who, { outage: number[]; wall: number[]; failed: number[]; routed: number[] }>;

/**
 * Ours against `patronictl switchover --force`: the write outage that an independent writer through VIP and HAProxy sees, how long after
 * the new primary by SQL its first write comes, the failed queries of clients behind PgBouncer, and the wall time.
 */
export default async function run(): Promise<BenchResult> {
  const lab = await createLab({ debian: process.env.TRUNKLINE_LAB_DEBIAN === '13' ? '13' : '12', timings: 'demo' });
  const stage = await startStage({ generation: lab.generation, secrets: lab.secrets, change: listPoolers(lab.secrets) });
  const clients = pooledClients(lab.secrets.passwords.probe);
  const writer = startWriter(lab.secrets.passwords.probe);
  const none = () => ({ outage: [], wall: [], failed: [], routed: [] });
  const rows: Rows = { ours: none(), peer: none() };
  const measure = async (who: Who) => {
    await lab.waitHealthy();
    writer.largestGap();
    const failedBefore = clients.errors.length;
    const promotion = watchPromotion(await lab.leader(), lab.secrets.passwords.trunkline);
    rows[who].wall.push(who === 'ours' ? await byTrunkline(stage) : await byPatronictl(lab));
    await lab.waitHealthy();
    const { ms: outage, endedAt } = writer.largestGap();
    const primaryAt = await promotion;
    const failed = clients.errors.length - failedBefore;
    const routed = endedAt - primaryAt;
    rows[who].outage.push(outage);
    rows[who].failed.push(failed);
    rows[who].routed.push(routed);
    const words = `first write ${Math.round(routed)} ms after the primary by SQL, ${failed} failed queries behind PgBouncer`;
    console.log(`${who}: write outage ${Math.round(outage)} ms, ${words}`);
  };
  try {
    for (let i = 0; i < ROUNDS; i += 1) for (const who of order(i)) await measure(who);
    return summed(rows);
  } finally {
    await clients.stop();
    await writer.stop();
    await stage.stop();
  }
}

const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);

/** Alternates who goes first, so that neither always follows the other. */
function order(round: number): readonly Who[] {
  return round % 2 === 0 ? ['ours', 'peer'] : ['peer', 'ours'];
}

function summed({ ours, peer }: Rows): BenchResult {
  return {
    ...compare('switchover', { ours: ours.outage, peer: peer.outage, unit: 'ms of write outage' }),
    differenceOfMeans95: differenceInterval(ours.outage, peer.outage),
    firstWriteAfterPrimaryMs: { ours: round(median(ours.routed)), peer: round(median(peer.routed)) },
    failedQueries: { ours: sum(ours.failed), peer: sum(peer.failed) },
    wall: { ours: round(median(ours.wall)), peer: round(median(peer.wall)), oursIncludes: 'checkpoint, waits and post-checks' },
  };
}

/** From the approval's click to the report. */
async function byTrunkline(stage: Stage): Promise<number> {
  const run = await runByChat(stage, 'switchover billing --reason bench', { approval: true, withinMs: 180_000 });
  console.log(`steps: ${stepWords(run)}`);
  return run.tookMs;
}

async function byPatronictl(lab: Lab): Promise<number> {
  const leader = await lab.leader();
  const begun = monotonicMs();
  const host = leader === 'pg1' ? 'pg2' : 'pg1';
  const { code, stdout, stderr } = await lab.exec(
    host,
    ['patronictl', '-c', '/etc/patroni/config.yml', 'switchover', 'billing', '--force'],
    { timeoutMs: 90_000 },
  );
  if (code !== 0) throw new Error(`patronictl failed: ${stdout}${stderr}`);
  return monotonicMs() - begun;
}
