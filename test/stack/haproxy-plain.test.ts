import { describe, expect, it } from 'vitest';
import { checkRules, haproxyPlainListen } from '../../src/stack/haproxy-plain.ts';

const text = haproxyPlainListen({
  ...{ name: 'ledger', port: 5010, postgresPort: 5432, maxConnections: 100, checkRole: 'haproxy_check' },
  members: [{ name: 'sa1', address: '10.0.0.41' }],
});
const bytes = (nth: number) => Buffer.from([...text.matchAll(/tcp-check send-binary ([0-9a-f]+)/g)][nth]?.[1] ?? '', 'hex');

describe('the section of a cluster without Patroni', () => {
  it('asks each server whether it is out of recovery, in the bytes of the protocol', () => {
    expect(bytes(0).readInt32BE(0)).toBe(bytes(0).length);
    expect(bytes(0).readInt32BE(4)).toBe(196_608);
    expect(bytes(0).subarray(8).toString()).toBe('user\0haproxy_check\0database\0postgres\0\0');
    expect(bytes(1).readInt32BE(1)).toBe(bytes(1).length - 1 - 5);
    expect(bytes(1).subarray(5, -5).toString()).toBe('SELECT pg_is_in_recovery()\0');
    expect(bytes(1).subarray(-5).toString('hex')).toBe('5800000004');
  });

  it('keeps clients with the primary that they used when a second one appears, and lets nobody in where that is not known', () => {
    const lines = text.split('\n').map((line) => line.trim());
    expect(lines).toContain('stick-table type integer size 10');
    expect(lines).toContain('stick on int(1)');
    expect(lines).toContain('tcp-request connection reject if { nbsrv(ledger) gt 1 } !{ int(1),in_table(ledger) }');
    // A full table without room to replace its entry would name the old primary for ever.
    expect(text).not.toContain('nopurge');
  });

  it('takes the sessions from a server that it marks down, as the one with Patroni does', () => {
    expect(text).toContain('on-marked-down shutdown-sessions');
    expect(text).toContain('  server sa1 10.0.0.41:5432 maxconn 100 check\n');
  });

  it('lets the role in from the balancers alone, without a password', () => {
    expect(checkRules('haproxy_check', ['10.0.0.21'])).toEqual(['host postgres haproxy_check 10.0.0.21/32 trust']);
  });
});
