import { alertsCrossCheck } from './alerts-cross-check.ts';
import { backupsCrossCheck } from './backups-cross-check.ts';
import { cliCrossCheck } from './cli-cross-check.ts';
import { crossCheckEtcds } from './etcd-cross-check.ts';
import { gateProblems } from './gate-cross-check.ts';
import { crossCheckPatroni } from './patroni-cross-check.ts';
import { checkRedisPlace } from './redis-check.ts';
import type { Config } from './schema.ts';
import { crossCheckSsh } from './ssh-cross-check.ts';

interface Found {
  readonly keys: readonly (string | number)[];
  readonly value?: string;
  readonly reason: string;
  readonly hint: string;
}

/** What no single value can tell: names that must be unique or must exist elsewhere in the file. */
export function crossCheck(config: Config): readonly Found[] {
  return [
    ...slack(config),
    ...checkRedisPlace(config.redis),
    ...twice(config),
    ...clusters(config),
    ...crossCheckEtcds(config),
    ...crossCheckPatroni(config),
    ...gateProblems(config),
    ...crossCheckSsh(config),
    ...cliCrossCheck(config),
    ...backupsCrossCheck(config),
    ...alertsCrossCheck(config),
  ];
}

function slack({ slack: s }: Config): readonly Found[] {
  const found: Found[] = [];
  if (s.mode === 'socket' && !s.appToken) {
    found.push({
      keys: ['slack', 'appToken'],
      reason: 'Socket Mode needs an app-level token',
      hint: 'Add appToken: env:SLACK_APP_TOKEN, or set mode: http.',
    });
  }
  if (s.mode === 'http' && !s.signingSecret) {
    found.push({
      keys: ['slack', 'signingSecret'],
      reason: 'HTTP needs the signing secret',
      hint: 'Add signingSecret: env:SLACK_SIGNING_SECRET, or set mode: socket.',
    });
  }
  return found;
}

function twice({ clusters: all, etcds }: Config): readonly Found[] {
  const scope = (c: (typeof all)[number]) => `${c.etcd ?? ''} ${c.namespace}${c.scope ?? c.name}`;
  return [
    ...repeated(all.map((c) => c.name)).map((i) => ({
      keys: ['clusters', i, 'name'],
      reason: `there are two clusters named ${all[i]?.name}`,
      hint: 'Give each cluster a name of its own.',
    })),
    ...repeated(all.map((c) => (c.etcd ? scope(c) : `${c.name} alone`))).map((i) => ({
      keys: ['clusters', i, 'scope'],
      reason: 'another cluster has the same scope in the same etcd',
      hint: 'One Patroni scope is one cluster; remove the second entry.',
    })),
    ...repeated(etcds.map((e) => e.name)).map((i) => ({
      keys: ['etcds', i, 'name'],
      reason: `there are two etcds named ${etcds[i]?.name}`,
      hint: 'Give each etcd a name of its own.',
    })),
    ...all.flatMap((cluster, c) =>
      repeated(cluster.members.map((m) => m.name)).map((i) => ({
        keys: ['clusters', c, 'members', i, 'name'],
        reason: `${cluster.name} has two members named ${cluster.members[i]?.name}`,
        hint: "A member's name is Patroni's name of it; it is unique.",
      })),
    ),
  ];
}

function clusters({ clusters: all, etcds }: Config): readonly Found[] {
  return all.flatMap((cluster, c) => {
    if (cluster.mode === 'streaming') return [];
    if (!cluster.etcd)
      return [
        { keys: ['clusters', c, 'etcd'], reason: 'a Patroni cluster needs its etcd', hint: 'Add etcd: with a name under etcds.' },
      ];
    if (etcds.some((e) => e.name === cluster.etcd)) return [];
    const names = etcds.map((e) => e.name).join(', ') || 'none';
    return [
      { keys: ['clusters', c, 'etcd'], value: cluster.etcd, reason: 'there is no such etcd', hint: `Known etcds: ${names}.` },
    ];
  });
}

/** Indexes of names that stood before. */
function repeated(names: readonly string[]): readonly number[] {
  return names.flatMap((name, i) => (names.indexOf(name) < i ? [i] : []));
}
