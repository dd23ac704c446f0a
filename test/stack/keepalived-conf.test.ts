import { describe, expect, it } from 'vitest';
import { keepalivedConf } from '../../src/stack/keepalived-conf.ts';

const text = keepalivedConf({
  ...{ routerId: 'lb1', address: '192.0.2.21', peers: ['192.0.2.22'], interface: 'eth0' },
  ...{ virtualRouterId: 51, priority: 110, virtualAddress: '192.0.2.100/24' },
});

describe('keepalivedConf', () => {
  it('never runs pidof, which Keepalived resolves to killall5', () => {
    expect(text).toContain('script "/usr/bin/pgrep -x haproxy"');
    expect(text).not.toContain('pidof');
  });

  it('starts as BACKUP without preemption, so that a returning host does not take the address back', () => {
    expect(text).toContain('  state BACKUP\n  nopreempt\n');
  });

  it('gives its check no weight, as a lower priority alone never moves the address between nopreempt hosts', () => {
    expect(text).not.toContain('weight');
  });

  it('runs scripts as nobody and refuses ones that others could change', () => {
    expect(text).toContain('enable_script_security\n  script_user nobody nogroup\n');
  });

  it('speaks to its peers by unicast and sends no password in clear text', () => {
    expect(text).toContain('  unicast_src_ip 192.0.2.21\n  unicast_peer {\n    192.0.2.22\n  }\n');
    expect(text).not.toContain('auth_pass');
  });

  it('holds the address on the named interface', () => {
    expect(text).toContain('    192.0.2.100/24 dev eth0\n');
  });
});
