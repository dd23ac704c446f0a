import { createLab, type Lab } from '../lab/lab.ts';
import { hostsWithRole } from '../lab/inventory.ts';
import { waitFor } from '../lab/wait-for.ts';
import { timelineOf } from '../test/support/scene.ts';
import { monotonicMs } from '../lab/slack/monotonic.ts';
import { type PooledClients, pooledClients } from '../lab/pooled-clients.ts';
import { listPoolers } from '../lab/pooler.ts';
import { type Stage, startStage } from '../lab/stage.ts';
import { type BenchResult, compare, differenceInterval, median, round, spread } from './stats.ts';
import { watchPromotion } from './promotion.ts';
import { runByChat, stepWords } from './run-by-chat.ts';
import { startWriter, type Writer } from './writer.ts';

/** At least 20 for figures to show; fewer to see that it runs. */
const ROUNDS = Number(process.env.TRUNKLINE_BENCH_ROUNDS ?? 20);

type Who = 'ours' | 'peer';
/** `untilPrimary`: from the last write on the old leader to the new primary by SQL; `routed`: from there to the first write. */
type Rows = Record<Who, Record<'outage' | 'untilPrimary' | 'routed' | 'failed' | 'wall', number[]>>;

interface Measured {
  readonly lab: Lab;
  readonly stage: Stage;
  readonly clients: PooledClients;
  readonly writer: Writer;
}

/**
 * Ours against `patronictl switchover --force`: the write outage that an independent writer through VIP and HAProxy sees, how long after
 * the new primary by SQL its first write comes, the failed queries of clients behind PgBouncer, and the wall time.
 */
export default async function run(): Promise<BenchResult> {
  const lab = await createLab({ debian: process.env.TRUNKLINE_LAB_DEBIAN === '13' ? '13' : '12', timings: 'demo' });
  const stage = await startStage({ generation: lab.generation, secrets: lab.secrets, change: listPoolers(lab.secrets) });
  const opened: { stop(): Promise<void> }[] = [stage];
  try {
    const clients = pooledClients(lab.secrets.passwords.probe);
    opened.unshift(clients);
    const writer = await startWriter(lab.secrets.passwords.probe);
    opened.unshift(writer);
    const none = () => ({ outage: [], untilPrimary: [], routed: [], failed: [], wall: [] });
    const rows: Rows = { ours: none(), peer: none() };
    for (let i = 0; i < ROUNDS; i += 1)
      for (const who of order(i)) await measure({ lab, stage, clients, writer }, who, rows[who]);
    return summed(rows);
  } finally {
    for (const one of opened) await one.stop();
  }
}

/** Every Patroni knows the timeline of now, as a guard of ours asks; a member of Patroni 3.0 looks once in `loop_wait`. */
async function settled(lab: Lab): Promise<void> {
  await lab.waitHealthy();
  const missing = async () => {
    const timelines = await Promise.all(hostsWithRole('member').map(({ name }) => timelineOf(name)));
    return new Set(timelines).size === 1 ? [] : [`one timeline (${timelines.join(', ')})`];
  };
  await waitFor('every Patroni to know the timeline', missing, { timeoutMs: 60_000 });
}

async function measure({ lab, stage, clients, writer }: Measured, who: Who, rows: Rows[Who]): Promise<void> {
  await settled(lab);
  writer.largestGap();
  const failedBefore = clients.errors.length;
  const [primaryAt, change] = await Promise.all([
    watchPromotion(await lab.leader(), lab.secrets.passwords.trunkline),
    who === 'ours' ? byTrunkline(stage) : byPatronictl(lab),
  ]);
  await lab.waitHealthy();
  const { ms: outage, endedAt } = writer.largestGap();
  const routed = endedAt - primaryAt;
  const untilPrimary = outage - routed;
  const failed = clients.errors.length - failedBefore;
  rows.outage.push(outage);
  rows.untilPrimary.push(untilPrimary);
  rows.routed.push(routed);
  rows.failed.push(failed);
  rows.wall.push(change.tookMs);
  const [whole, primary, first] = [outage, untilPrimary, routed].map(Math.round);
  const words = `${primary} ms to the primary by SQL and ${first} ms from there to the first write`;
  const since = (atMs: number) => Math.round(atMs - performance.timeOrigin - primaryAt);
  const { provenAtMs, routedAtMs } = change;
  if (provenAtMs && routedAtMs)
    console.log(`proven ${since(provenAtMs)} ms and routed ${since(routedAtMs)} ms after the primary by SQL`);
  console.log(`${who}: write outage ${whole} ms, ${words}; ${failed} failed queries behind PgBouncer`);
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
    // Of Patroni and PostgreSQL alone; no peer can be quicker.
    untilPrimaryMs: { ours: round(median(ours.untilPrimary)), peer: round(median(peer.untilPrimary)) },
    firstWriteAfterPrimaryMs: { ours: round(median(ours.routed)), peer: round(median(peer.routed)) },
    failedQueries: { ours: sum(ours.failed), peer: sum(peer.failed) },
    spread: { ours: spread(ours.outage), peer: spread(peer.outage) },
    wall: { ours: round(median(ours.wall)), peer: round(median(peer.wall)), oursIncludes: 'checkpoint, waits and post-checks' },
  };
}

interface Change {
  readonly tookMs: number;
  /** Of ours: when it had proven the new primary, and when the proxies sent writes there (epoch milliseconds). */
  readonly provenAtMs?: number | undefined;
  readonly routedAtMs?: number | undefined;
}

/** From the approval's click to the report. */
async function byTrunkline(stage: Stage): Promise<Change> {
  const run = await runByChat(stage, 'switchover billing --reason bench', { approval: true, withinMs: 180_000 });
  console.log(`steps: ${stepWords(run)}`);
  const { tookMs, steps } = run;
  return { tookMs, provenAtMs: steps.get('switchover')?.endedAtMs, routedAtMs: steps.get('routed')?.endedAtMs };
}

async function byPatronictl(lab: Lab): Promise<Change> {
  const leader = await lab.leader();
  const begun = monotonicMs();
  const host = leader === 'pg1' ? 'pg2' : 'pg1';
  const { code, stdout, stderr } = await lab.exec(
    host,
    ['patronictl', '-c', '/etc/patroni/config.yml', 'switchover', 'billing', '--force'],
    { timeoutMs: 90_000 },
  );
  if (code !== 0) throw new Error(`patronictl failed: ${stdout}${stderr}`);
  return { tookMs: monotonicMs() - begun };
}
