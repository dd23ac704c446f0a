import { known } from '../core/reading.ts';
import type { Scene } from './scene.ts';

/**
 * Why writes stop while these standbys are down; `undefined` when they go on. Under strict synchronous mode the leader takes no write
 * without a synchronous standby (Patroni docs/replication_modes.rst); synchronous_standby_names set by hand has the same effect.
 */
export function whyWritesStop(scene: Scene, down: readonly string[]): string | undefined {
  const { dcs, leader, leaderSql } = scene;
  const { synchronousMode: mode, synchronousModeStrict: strict } = dcs.config;
  const left = standbysLeft(scene, down);
  if (mode !== 'off') {
    if (!strict || left.length > 0) return undefined;
    return `${down.join(' and ')} is the only standby that can be synchronous, and synchronous mode is strict: ${leader.name} takes no write without one`;
  }
  if (leaderSql.synchronousStandbyNames === '') return undefined;
  const waitedFor = leaderSql.standbys.filter(({ syncState }) => syncState === 'sync' || syncState === 'quorum');
  const others = leaderSql.standbys.filter(({ name, syncState }) => !down.includes(name) && syncState !== 'async');
  if (!waitedFor.some(({ name }) => down.includes(name)) || others.length > 0) return undefined;
  return `${leader.name} waits for ${down.join(' and ')} at each commit (synchronous_standby_names), and no other standby counts`;
}

function standbysLeft({ leaderSql, others, dcs }: Scene, down: readonly string[]): readonly string[] {
  const streams = new Set(leaderSql.standbys.filter(({ state }) => state === 'streaming').map(({ name }) => name));
  return others
    .filter(({ name, patroni }) => {
      const { nosync } = known(patroni)?.tags ?? dcs.members[name]?.tags ?? {};
      return streams.has(name) && !down.includes(name) && nosync !== true;
    })
    .map(({ name }) => name);
}
