import { describe, expect, it } from 'vitest';
import { haproxyCfg } from '../../src/stack/haproxy-cfg.ts';

const text = haproxyCfg({
  members: [
    { name: 'pg1', address: '192.0.2.1' },
    { name: 'pg2', address: '192.0.2.2' },
  ],
  ...{ postgresPort: 5432, restPort: 8008, writePort: 5000, readPort: 5001, statsPort: 7000, maxConnections: 100 },
});
const [, primary = '', replica = ''] = text.split(/^(?=listen )/m).slice(1);

describe('haproxyCfg', () => {
  it('asks Patroni who is primary and accepts no other answer than 200', () => {
    expect(primary).toContain('listen primary\n  bind *:5000\n');
    expect(primary).toContain('  option httpchk OPTIONS /primary\n  http-check expect status 200\n');
    expect(text).not.toContain('/master');
  });

  it('asks for replicas on the port for reads', () => {
    expect(replica).toContain('  bind *:5001\n');
    expect(replica).toContain('  option httpchk OPTIONS /replica\n  http-check expect status 200\n');
  });

  it('ends the sessions of a server that went down, so that no client stays on an old primary', () => {
    expect(primary).toMatch(/default-server .*on-marked-down shutdown-sessions$/m);
    expect(replica).toMatch(/default-server .*on-marked-down shutdown-sessions$/m);
  });

  it('holds no client at a server that refuses it, as each retry costs a second of a leader change that nothing shortens', () => {
    expect(text).toMatch(/^ {2}retries 0$/m);
  });

  it('checks the port of Patroni and sends clients to the port of PostgreSQL', () => {
    expect(primary).toContain('  server pg1 192.0.2.1:5432 maxconn 100 check port 8008\n');
  });

  it('states every timeout and mode tcp, as the defaults are endless or http', () => {
    for (const line of ['mode tcp', 'timeout connect 4s', 'timeout check 3s', 'timeout client 30m', 'timeout server 30m'])
      expect(text).toContain(`  ${line}\n`);
  });
});
