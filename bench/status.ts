import { createLab } from '../lab/lab.ts';
import { startStage } from '../lab/stage.ts';
import { type BenchResult, compare } from './stats.ts';

const ROUNDS = 60;

/** From `/pg status billing` leaving the workspace to the full answer posted, against the wall time of `patronictl list` on a member. */
export default async function run(): Promise<BenchResult> {
  const lab = await createLab({ debian: process.env.TRUNKLINE_LAB_DEBIAN === '13' ? '13' : '12', timings: 'demo' });
  const stage = await startStage({ generation: lab.generation, secrets: lab.secrets });
  const { workspace } = stage;
  const vera = workspace.as('vera');
  const ask = async () => {
    const seen = new Set((await workspace.messages('db-ops')).map(({ ts }) => ts));
    const { sentAt } = await vera.command('/pg', 'status billing', { channel: 'db-ops' });
    const answer = await workspace.waitForMessage((m) => m.fromBot && !seen.has(m.ts) && m.shown.includes('leads'), {
      channel: 'db-ops',
    });
    return (answer.acceptedAt ?? Number.NaN) - sentAt;
  };
  const list = async () => {
    const { stdout } = await lab.exec('pg1', [
      '/bin/sh',
      '-c',
      'a=$(date +%s%N); patronictl -c /etc/patroni/config.yml list >/dev/null; b=$(date +%s%N); echo $((b-a))',
    ]);
    return Number(stdout.trim()) / 1e6;
  };
  const ours: number[] = [];
  const peer: number[] = [];
  try {
    for (let i = 0; i < 3; i += 1) await Promise.all([ask(), list()]);
    for (let i = 0; i < ROUNDS; i += 1) {
      ours.push(await ask());
      peer.push(await list());
    }
    const worst = await withDeadParts(lab, workspace, vera);
    return { ...compare('status', { ours, peer, unit: 'ms' }), withDeadMemberEtcdAndProxyMs: worst };
  } finally {
    await stage.stop();
  }
}

/** A dead member (with its etcd) and a dead HAProxy at once: still a full answer, in how many milliseconds at the worst of five? */
async function withDeadParts(
  lab: Awaited<ReturnType<typeof createLab>>,
  workspace: Awaited<ReturnType<typeof startStage>>['workspace'],
  vera: ReturnType<Awaited<ReturnType<typeof startStage>>['workspace']['as']>,
): Promise<number> {
  const leader = await lab.leader();
  const victim = leader === 'pg3' ? 'pg2' : 'pg3';
  await lab.cut(victim);
  await lab.cut('lb2');
  const times: number[] = [];
  for (let i = 0; i < 5; i += 1) {
    const seen = new Set((await workspace.messages('db-ops')).map(({ ts }) => ts));
    const { sentAt } = await vera.command('/pg', 'status billing', { channel: 'db-ops' });
    const answer = await workspace.waitForMessage((m) => m.fromBot && !seen.has(m.ts) && m.shown.includes(victim), {
      channel: 'db-ops',
      withinMs: 10_000,
    });
    times.push((answer.acceptedAt ?? Number.NaN) - sentAt);
  }
  return Math.round(Math.max(...times));
}
