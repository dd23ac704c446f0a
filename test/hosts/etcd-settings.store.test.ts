import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { wholeEtcdSettings } from '../../src/hosts/etcd-settings.ts';
import { PATRONI_CONFIG } from '../../src/hosts/standby-places.ts';

const folder = mkdtempSync(join(tmpdir(), 'trunkline-etcd-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the command says of a patroni.yml with this text. */
function said(text: string) {
  const file = join(folder, 'config.yml');
  writeFileSync(file, text);
  const [program = '', ...args] = wholeEtcdSettings().argv.map((word) => word.replaceAll(PATRONI_CONFIG, file));
  return spawnSync(program, args, { encoding: 'utf8' });
}
/** It is where Patroni is, which this machine need not have. */
const hasYaml = spawnSync('/usr/bin/python3', ['-I', '-c', 'import yaml']).status === 0;

describe.skipIf(!hasYaml)("what patroni.yml says of etcd, read with Patroni's own parser", () => {
  it('is the way to speak to it, with numbers as text and the protocol of the url', () => {
    const { stdout } = said(
      'etcd3:\n  url: https://10.0.0.1:2379\n  cacert: /ca.crt\n  username: root\n  password: 12\nraft: {}\n',
    );
    expect(JSON.parse(stdout)).toEqual({
      sections: ['etcd3', 'raft'],
      etcd3: { protocol: 'https', cacert: '/ca.crt', username: 'root', password: '12' },
      hasPassword: true,
    });
  });

  it('is plain http where nothing else is said', () => {
    expect(JSON.parse(said('etcd3:\n  hosts: [10.0.0.1:2379]\n').stdout).etcd3).toEqual({ protocol: 'http' });
    expect(JSON.parse(said('etcd: { host: 10.0.0.1 }\n').stdout)).toMatchObject({ sections: ['etcd'], hasPassword: false });
  });

  it('does not repeat a line of a file that is no YAML, which may hold a password', () => {
    const { status, stdout, stderr } = said('etcd3:\n  password: "secret\n x: [');
    expect(status).not.toBe(0);
    expect(stdout + stderr).not.toContain('secret');
  });
});
