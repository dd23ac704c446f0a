import { describe, expect, it } from 'vitest';
import patroniBootstrap from '../../runbooks/patroni-bootstrap.ts';
import { dcsIn } from '../support/fake-cluster.ts';
import { read } from '../support/healthy-cluster.ts';
import type { Fake } from './bootstrap-plan.ts';
import { clusterFor, typedFor } from './typed-for.ts';

async function planned(change: (fake: Fake) => void = () => undefined) {
  const fake = clusterFor('patroni-bootstrap');
  change(fake);
  return patroniBootstrap.propose(typedFor('patroni-bootstrap'), fake.view);
}

describe('the plan of a bootstrap in a Patroni cluster', () => {
  it('writes the configuration, has it checked, and lets Patroni do the rest', async () => {
    const { plan } = await planned();
    expect(plan.summary).toBe('Make pg3 a member of billing: Patroni copies pg1 and joins. Clients notice nothing.');
    expect(plan.steps.map(({ title }) => title)).toEqual([
      'Write the configuration of Patroni on pg3 and have Patroni check it',
      'Start Patroni on pg3, now and at every boot, and wait until it has copied pg1 and streams',
    ]);
    expect(plan.checks.filter(({ verdict }) => verdict === 'block')).toEqual([]);
  });

  it('names the lines that HAProxy lacks', async () => {
    const { plan } = await planned((fake) => {
      for (const { stats } of fake.shown.snapshot.proxies)
        if (stats.ok) stats.value.replicas = stats.value.replicas.filter(({ member }) => member !== 'pg3');
    });
    expect(plan.checks.find(({ id }) => id === 'haproxy')).toMatchObject({
      verdict: 'warn',
      says: 'lb1 and lb2 know no server pg3, so no client will reach it',
      hint: expect.stringContaining('`server pg3 10.0.0.3:5432 check port 8008`'),
    });
  });
});

const BLOCKS: readonly (readonly [string, (fake: Fake) => void, string, RegExp])[] = [
  [
    'a DCS that does not answer',
    (fake) => {
      fake.shown.snapshot.dcs = { ok: false, why: 'no answer', source: 'etcd', atMs: 0 };
    },
    'dcs',
    /DCS of billing can not be read/,
  ],
  [
    'a certificate of etcd that the host has not got',
    (fake) => {
      fake.standbys.etcd = read({
        sections: ['etcd3'],
        protocol: 'https',
        cacert: '/etc/etcd/ca.crt',
        username: 'p',
        hasPassword: true,
      });
    },
    'etcd-access',
    /speak to etcd as on pg1: https, with the CA \/etc\/etcd\/ca.crt, as the user p with its password; \/etc\/etcd\/ca.crt is not on pg3, or/,
  ],
  [
    'a patroni.yml of the leader that can not be read',
    (fake) => {
      fake.standbys.etcd = { ok: false, why: 'sudo: a password is required', source: 'patroni.yml', atMs: 0 };
    },
    'etcd-access',
    /how Patroni of pg1 speaks to etcd can not be read from \/etc\/patroni\/config.yml there: sudo/,
  ],
  [
    'a leader that speaks the old API of etcd',
    (fake) => {
      fake.standbys.etcd = read({ sections: ['etcd'], hasPassword: false });
    },
    'etcd-access',
    /has no section etcd3, but etcd/,
  ],
  [
    'a leader key that somebody else holds',
    (fake) => {
      dcsIn(fake).leader = 'pg2';
    },
    'dcs',
    /pg2 holds the leader key/,
  ],
  [
    'a name that the DCS knows',
    (fake) => {
      dcsIn(fake).members.pg3 = { state: 'stopped', tags: {} };
    },
    'member-key',
    /member pg3 already, in state stopped/,
  ],
  [
    'a pause',
    (fake) => {
      dcsIn(fake).config.paused = true;
    },
    'pause',
    /is paused/,
  ],
  [
    'no Patroni on the host',
    ({ standbys }) => {
      delete standbys.shown.patroniVersion;
    },
    'patroni',
    /has no Patroni.*apt install patroni/,
  ],
  [
    'no credentials in the configuration',
    (fake) => {
      delete fake.shown.snapshot.cluster.joinsAs;
    },
    'credentials',
    /no `patroni.joins`/,
  ],
  [
    'a REST API whose certificates a new member would need',
    (fake) => {
      fake.shown.snapshot.cluster.joinsByHand = "Patroni's REST API wants TLS";
    },
    'credentials',
    /no patroni.yml can be written for a new member of \w+: Patroni's REST API wants TLS/,
  ],
  [
    'a pg_hba.conf that does not let it in',
    (fake) => {
      fake.standbys.rules = () => [];
    },
    'let-in',
    /no line of its pg_hba.conf fits.*host replication replicator 10.0.0.3\/32 scram-sha-256/,
  ],
  [
    'an old data directory, which Patroni would start or throw away',
    ({ standbys }) => {
      const facts = standbys.shown.paths[standbys.shown.places.dataDirectory];
      if (facts) facts.kind = 'filled';
    },
    'data-directory',
    /an old copy of this cluster.*Move it away/,
  ],
];

describe('a bootstrap in a Patroni cluster is blocked, with what, why and what to do,', () => {
  it.each(BLOCKS)('by %s', async (_what, change, id, words) => {
    const { plan } = await planned(change);
    const blocks = plan.checks.filter(({ verdict }) => verdict === 'block');
    expect(blocks.map((check) => check.id)).toEqual([id]);
    expect([blocks[0]?.says, blocks[0]?.hint].join(' ')).toMatch(words);
  });

  it('refuses a standby cluster', async () => {
    const standby = planned((fake) => {
      dcsIn(fake).config.standbyCluster = true;
    });
    await expect(standby).rejects.toThrow(/billing is a standby cluster/);
  });
});
