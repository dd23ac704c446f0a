import { describe, expect, it } from 'vitest';
import { pgHba } from '../../src/stack/pg-hba.ts';

const rules = pgHba({
  roles: { superuser: 'postgres', replication: 'replicator', rewind: 'rewinder' },
  memberAddresses: ['192.0.2.1', '192.0.2.2'],
  clientNetworks: ['198.51.100.0/24'],
});

describe('pgHba', () => {
  it('never asks for md5, trust or a clear-text password', () => {
    expect(rules.filter((rule) => !/ (scram-sha-256|reject|peer)$/.test(rule))).toEqual([]);
  });

  it('lets every member replicate and rewind from every other, as roles swap', () => {
    for (const member of ['192.0.2.1/32', '192.0.2.2/32']) {
      expect(rules).toContain(`host replication replicator ${member} scram-sha-256`);
      expect(rules).toContain(`host all rewinder,postgres ${member} scram-sha-256`);
    }
  });

  it('lets no client network replicate or log in as superuser: the reject comes before the general rule', () => {
    const reject = rules.indexOf('host all postgres,replicator,rewinder 198.51.100.0/24 reject');
    expect(reject).toBeGreaterThan(0);
    expect(rules.indexOf('host all all 198.51.100.0/24 scram-sha-256')).toBe(reject + 1);
    expect(rules.filter((rule) => rule.startsWith('host replication') && rule.includes('198.51.100.0'))).toEqual([]);
  });
});
