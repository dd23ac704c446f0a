import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createLab } from '../lab/lab.ts';
import { startWorkspace, type Workspace } from '../lab/slack/workspace.ts';
import { startStage } from '../lab/stage.ts';
import { type BenchResult, compare } from './stats.ts';

const COMMANDS = 1000;
const AT_ONCE = 20;

/** Time to the ack of 1,000 commands, 20 at once, of the bot against bare Bolt, each with a workspace of its own. */
export default async function run(): Promise<BenchResult> {
  const lab = await createLab({ debian: process.env.TRUNKLINE_LAB_DEBIAN === '13' ? '13' : '12', timings: 'demo' });
  const peer = await bare();
  const stage = await startStage({ generation: lab.generation, secrets: lab.secrets });
  const ours = await burst(stage.workspace);
  await stage.stop();
  return {
    ...compare('ack', { ours: ours.acks, peer: peer.acks, unit: 'ms' }),
    lost: ours.lost,
    peerLost: peer.lost,
    atOnce: AT_ONCE,
  };
}

async function bare(): Promise<Burst> {
  const workspace = await startWorkspace();
  const script = fileURLToPath(new URL('./bare-bolt.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), script], {
    env: { ...process.env, ...workspace.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const figures = await burst(workspace);
  child.kill('SIGKILL');
  await workspace.stop();
  return figures;
}

interface Burst {
  readonly acks: readonly number[];
  readonly lost: number;
}

async function burst(workspace: Workspace): Promise<Burst> {
  const people = ['vera', 'olga', 'adam', 'anna'].map((name) => workspace.as(name));
  const acks: number[] = [];
  let lost = 0;
  let next = 0;
  const typing = async () => {
    for (let i = next++; i < COMMANDS; i = next++) {
      const delivery = await people[i % people.length]?.command('/pg', 'help status', { channel: 'db-ops' });
      if (delivery?.outcome === 'acked' && delivery.ackMs !== undefined) acks.push(delivery.ackMs);
      else lost += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, typing));
  return { acks, lost };
}
