import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import { renderSudoers } from '../../src/render-sudoers.ts';
import { problemsOf } from './problems-of.ts';

const good = readFileSync(fileURLToPath(new URL('good.yml', import.meta.url)), 'utf8');
const sshHostKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJmXhXUfbBqGyoG2mRkJ3vCkQ0n2yZQ0aGk1m0C5x7yQ';
const ssh = { user: 'trunkline', privateKeyFile: '/k' };

/** The good file with this as `backups` of its first cluster. */
function withBackups(backups: object, own: object | null = ssh): string {
  const file = parse(good);
  file.clusters[0].backups = backups;
  if (own) file.clusters[0].ssh = own;
  else delete file.clusters[0].ssh;
  return stringify(file);
}
const host = { name: 'bk1', host: '10.0.0.31', sshHostKey };

describe('the backup tool of a cluster', () => {
  it.each([
    ['pgBackRest on the members', { tool: 'pgbackrest', stanza: 'billing' }],
    ['pgBackRest on its repository host', { tool: 'pgbackrest', stanza: 'billing', host, maxAge: '8d' }],
    ['Barman', { tool: 'barman', server: 'billing', host }],
  ])('is %s', (_what, backups) => {
    expect(problemsOf(withBackups(backups))).toBe('');
  });

  it.each([
    ['another tool', { tool: 'wal-g', stanza: 'billing' }, ssh, 'backups.tool'],
    ['a stanza that a shell could read otherwise', { tool: 'pgbackrest', stanza: '$(id)' }, ssh, 'backups.stanza'],
    ['Barman without its host', { tool: 'barman', server: 'billing' }, ssh, 'backups.host'],
    [
      'a host without a key',
      { tool: 'barman', server: 'b', host: { name: 'bk1', host: 'b' } },
      ssh,
      'the host key of bk1 is missing',
    ],
    ['no ssh to ask it by', { tool: 'pgbackrest', stanza: 'billing' }, null, 'asked over ssh'],
    [
      'the name of another host',
      { tool: 'pgbackrest', stanza: 'b', host: { ...host, name: 'pg1' } },
      ssh,
      'another host of the cluster is named pg1',
    ],
  ])('is not %s', (_what, backups, own, says) => {
    expect(problemsOf(withBackups(backups, own))).toContain(says);
  });

  it('is granted by sudo where it is asked, and restores nowhere but on members', () => {
    const text = renderSudoers(loadConfig(withBackups({ tool: 'pgbackrest', stanza: 'billing', host }), 'f.yml'));
    const parts = text.split('# /etc/sudoers.d/trunkline');
    const own = parts.find((part) => part.includes('#   bk1 of')) ?? '';
    expect(own).toMatch(/\(postgres\) NOPASSWD: \/usr\/bin\/env LC_ALL\\=C \/usr\/bin\/pgbackrest --stanza\\=billing .* info\n/);
    expect(own).not.toMatch(/restore/);
    expect(parts.find((part) => part.includes('#   pg1 of'))).toMatch(/--set=.*--delta --type=standby .* restore\$/);
    const barman = renderSudoers(loadConfig(withBackups({ tool: 'barman', server: 'billing', host }), 'f.yml'));
    expect(barman).toMatch(/\(barman\) NOPASSWD: .*\/barman -f json list-backups billing\n/);
    expect(barman).not.toContain('pgbackrest');
  });

  it('is asked by the login that only reads too, which restores nothing', () => {
    const backups = { tool: 'pgbackrest', stanza: 'billing', host };
    const reading = { user: 'trunkline-read', privateKeyFile: '/r' };
    const text = renderSudoers(loadConfig(withBackups(backups, { ...ssh, reading }), 'f.yml'));
    const lines = text.split('\n').filter((line) => line.startsWith('trunkline-read ') && line.includes('pgbackrest'));
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.every((line) => line.endsWith(' info'))).toBe(true);
  });

  it('is not restored, nor a PgBouncer paused, by the user who only reads', () => {
    const reading = { user: 'trunkline-read', privateKeyFile: '/r' };
    const backups = { tool: 'pgbackrest', stanza: 'billing', host: { ...host, sshUser: 'trunkline-read' } };
    expect(problemsOf(withBackups(backups, { ...ssh, reading }))).toContain('the user who only reads is the one who changes');
  });
});
