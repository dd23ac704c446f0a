import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EtcdMember, EtcdServers } from './etcd-server.ts';

/** Another member takes the place of a lost one: it is removed, its data is gone, and one without data is added at its address. */
export async function replaceMember({ etcdctl }: EtcdServers, lost: EtcdMember): Promise<void> {
  lost.kill('SIGKILL');
  await lost.gone();
  const line = etcdctl('member', 'list')
    .split('\n')
    .find((each) => each.split(', ')[2] === lost.name);
  etcdctl('member', 'remove', line?.split(',')[0] ?? '');
  rmSync(lost.directory, { recursive: true });
  etcdctl('member', 'add', lost.name, `--peer-urls=${lost.peer}`);
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
