import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { haproxyServers } from '../../src/hosts/remote-commands.ts';
import { lingeringServers } from '../../src/hosts/parse-haproxy-servers.ts';
import { haproxyCfg } from '../../src/stack/haproxy-cfg.ts';

const server = (name: string, more = '') => `    server ${name} 10.0.0.1:5432 check port 8008${more}`;
const SHUTS = ' on-marked-down shutdown-sessions';
const file = (...lines: readonly string[]) => lines.join('\n');

/** What the remote command leaves of a file. */
function asRead(text: string): string {
  const [program, ...args] = haproxyServers().argv;
  return execFileSync(program ?? '', [...args.slice(0, -2), '--', '-'], { input: text, encoding: 'utf8' });
}

describe('servers whose sessions stay when HAProxy marks them down', () => {
  it('are none in the file that Trunkline itself writes', () => {
    const members = [
      { name: 'pg1', address: '10.0.0.1' },
      { name: 'pg2', address: '10.0.0.2' },
    ];
    const ports = { postgresPort: 5432, restPort: 8008, writePort: 5000, readPort: 5001, statsPort: 7000, maxConnections: 100 };
    expect(lingeringServers(asRead(haproxyCfg({ members, ...ports })), 'primary')).toEqual([]);
  });

  it.each([
    ['by default all', file('listen primary', server('pg1'), server('pg2')), ['pg1', 'pg2']],
    ['those whose own line lacks it', file('backend primary', server('pg1', SHUTS), server('pg2')), ['pg2']],
    ['none below a default-server', file('backend primary', `  default-server inter 1s${SHUTS}`, server('pg1')), []],
    ['none below defaults', file('defaults', `  default-server${SHUTS}`, 'listen primary', server('pg1')), []],
    [
      'all again below other defaults',
      file('defaults', `  default-server${SHUTS}`, 'defaults', 'listen primary', server('pg1')),
      ['pg1'],
    ],
    ['not those of another section', file('listen replica', server('pg1'), 'listen primary', server('pg2', SHUTS)), []],
    ['not by another action', file('listen primary', server('pg1', ' on-marked-up shutdown-backup-sessions')), ['pg1']],
  ])('are %s', (_case, lines, expected) => {
    expect(lingeringServers(lines, 'primary')).toEqual(expected);
  });

  it('are read without the lines that hold passwords, indented or not', () => {
    const text = file(
      'userlist people',
      '  user ann password x',
      'listen stats',
      'stats auth admin:secret',
      'listen primary',
      'server pg1 10.0.0.1:5432',
    );
    expect(asRead(text)).toBe('userlist people\nlisten stats\nlisten primary\nserver pg1 10.0.0.1:5432\n');
    expect(lingeringServers(asRead(text), 'primary')).toEqual(['pg1']);
  });

  it('are not known where the file has no such backend', () => {
    expect(() => lingeringServers(file('listen other', server('pg1')), 'primary')).toThrow('has no backend named primary');
  });
});
