import { describe, expect, it } from 'vitest';
import { layoutOf } from '../../src/hosts/host-layout.ts';
import { sudoGrants } from '../../src/hosts/sudo-grants.ts';
import { sudoers } from '../../src/stack/sudoers.ts';

describe('sudoers', () => {
  it('allows exactly the given arguments and escapes what sudoers would read otherwise', () => {
    const text = sudoers('ops', [{ runAs: 'postgres', program: '/usr/bin/df', args: ['--output=target,size', '/data'] }]);
    expect(text).toContain('ops ALL=(postgres) NOPASSWD: /usr/bin/df --output\\=target\\,size /data\n');
  });

  it('allows no argument at all for an empty list, where sudoers would allow any', () => {
    expect(sudoers('ops', [{ runAs: 'root', program: '/usr/bin/true', args: [] }])).toContain('NOPASSWD: /usr/bin/true ""\n');
  });

  it('refuses an expression that is not anchored, as it would match a part', () => {
    const grant = { runAs: 'root', program: '/usr/bin/journalctl', args: { matching: '-n [0-9]+' } };
    expect(() => sudoers('ops', [grant])).toThrow('begin with ^ and end with $');
  });

  it('refuses a relative program, which PATH could replace', () => {
    expect(() => sudoers('ops', [{ runAs: 'root', program: 'true', args: [] }])).toThrow('absolute path');
  });

  it('grants the closed list of remote commands without one wildcard', () => {
    const text = sudoers('trunkline', sudoGrants(layoutOf({ dataDirectory: '/data' })));
    expect(text).toContain('(postgres) NOPASSWD: /usr/bin/psql -X -w -d postgres -c CHECKPOINT\n');
    expect(text).toContain('^-u patroni -o short-iso --no-pager -n [0-9]+ --since @[0-9]+$\n');
    expect(text.replace(/\^.*\$/g, '')).not.toMatch(/[*?]/);
  });

  it('writes down what only hosts without systemd need, and does not grant it', () => {
    const grants = sudoGrants(layoutOf({ dataDirectory: '/data' }));
    const lines = (text: string) => text.split('\n').filter((line) => line.startsWith('trunkline ALL='));
    expect(lines(sudoers('trunkline', grants, { withoutSystemd: true }))).toHaveLength(grants.length);
    const usual = lines(sudoers('trunkline', grants));
    expect(usual).toHaveLength(grants.filter(({ only }) => only === undefined).length);
    expect(usual.join('\n')).not.toContain('setsid');
  });

  it('says of each line what it is for', () => {
    const text = sudoers('trunkline', sudoGrants(layoutOf({ dataDirectory: '/data' })));
    const lines = text.split('\n');
    for (const [at, line] of lines.entries()) if (/NOPASSWD/.test(line)) expect(lines[at - 1]).toMatch(/^# \w.*\.$/);
  });

  it('refuses an expression that sudo would cut or read as a comment', () => {
    const grant = (matching: string) => [{ runAs: 'root', program: '/usr/bin/true', args: { matching } }];
    expect(() => sudoers('ops', grant(`^${'a'.repeat(1024)}$`))).toThrow('too long for sudo');
    expect(() => sudoers('ops', grant('^a #b$'))).toThrow('without #');
    expect(() => sudoers('ops', grant('^[a-z]{1,300}$'))).toThrow('more often than sudo can count');
  });
});
