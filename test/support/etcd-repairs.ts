import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EtcdMember, EtcdServers } from './etcd-server.ts';
import { until } from './until.ts';

/** Another member takes the place of a lost one: it is removed, its data is gone, and one without data is added at its address. */
export async function replaceMember({ etcdctl }: EtcdServers, lost: EtcdMember): Promise<void> {
  lost.kill('SIGKILL');
  await lost.gone();
  await until(() => removed(etcdctl, lost), 30_000);
  rmSync(lost.directory, { recursive: true });
  // It refuses until the others have been connected for some seconds (etcdserver: unhealthy cluster).
  await until(() => added(etcdctl, lost), 30_000);
  await lost.start('--initial-cluster-state', 'existing');
}

/** What an etcd of one member holds now; `restore` goes back to it, which takes its revision back. */
export function takeSnapshot({ members, etcdctl }: EtcdServers) {
  const [only] = members;
  if (!only || members.length > 1) throw new Error('a snapshot is restored to a single member here');
  const file = join(only.directory, '..', 'snapshot.db');
  etcdctl('snapshot', 'save', file);
  return {
    async restore(): Promise<void> {
      only.kill('SIGKILL');
      await only.gone();
      rmSync(only.directory, { recursive: true });
      const place = ['--name', only.name, '--data-dir', only.directory, '--initial-cluster', `${only.name}=${only.peer}`];
      etcdctl('snapshot', 'restore', file, ...place, '--initial-advertise-peer-urls', only.peer);
      await only.start();
    },
  };
}

type Ctl = EtcdServers['etcdctl'];

/** While the others choose a leader nothing can be changed, and what timed out may have been done. */
function removed(etcdctl: Ctl, { peer }: EtcdMember): boolean {
  return tried(() => {
    const line = etcdctl('member', 'list')
      .split('\n')
      .find((each) => each.includes(peer));
    if (line !== undefined) etcdctl('member', 'remove', line.split(',')[0] ?? '');
  });
}

function added(etcdctl: Ctl, { name, peer }: EtcdMember): boolean {
  return tried(() => {
    if (!etcdctl('member', 'list').includes(peer)) etcdctl('member', 'add', name, `--peer-urls=${peer}`);
  });
}

function tried(change: () => void): boolean {
  try {
    change();
    return true;
  } catch (error) {
    if (/unhealthy cluster|timed out|deadline exceeded|no leader|leader changed/.test(String(error))) return false;
    throw error;
  }
}
