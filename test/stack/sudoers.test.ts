import { describe, expect, it } from 'vitest';
import { sudoGrants } from '../../src/hosts/remote-commands.ts';
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
    const text = sudoers('trunkline', sudoGrants({ dataDirectory: '/data', walDirectory: '/data/pg_wal' }));
    expect(text).toContain('(postgres) NOPASSWD: /usr/bin/psql -X -w -d postgres -c CHECKPOINT\n');
    expect(text).toContain('^-u patroni -o short-iso --no-pager -n [0-9]+ --since @[0-9]+$\n');
    expect(text.replace(/\^.*\$/g, '')).not.toMatch(/[*?]/);
  });
});
