import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddresses } from '../../src/hosts/parse-addresses.ts';
import { parseDf } from '../../src/hosts/parse-df.ts';
import { parseJournal } from '../../src/hosts/parse-journal.ts';

const GiB = 1024 ** 3;

describe('the output of df', () => {
  it('gives data and WAL where they lie apart', () => {
    const text = `Mounted on            1B-blocks        Avail\n/var/lib/postgresql ${10 * GiB} ${4 * GiB}\n/wal ${2 * GiB} ${GiB}\n`;
    expect(parseDf(text)).toEqual({
      data: { mount: '/var/lib/postgresql', sizeBytes: 10 * GiB, freeBytes: 4 * GiB },
      wal: { mount: '/wal', sizeBytes: 2 * GiB, freeBytes: GiB },
    });
  });
  it('gives one space where both lie together', () => {
    expect(parseDf('Mounted on 1B-blocks Avail\n/ 100 40\n/ 100 40\n')).toEqual({
      data: { mount: '/', sizeBytes: 100, freeBytes: 40 },
    });
  });
  it('takes a mount point with blanks', () => {
    expect(parseDf('Mounted on 1B-blocks Avail\n/mnt/my data 100 40\n').data.mount).toBe('/mnt/my data');
  });
});

describe('the output of ip', () => {
  it('gives every address, the virtual one too', () => {
    const text = JSON.stringify([
      { ifname: 'lo', addr_info: [{ family: 'inet', local: '127.0.0.1', prefixlen: 8 }] },
      { ifname: 'eth0', addr_info: [{ local: '10.77.0.21' }, { local: '10.77.0.100', secondary: true }] },
      {},
    ]);
    expect(parseAddresses(text)).toEqual(['127.0.0.1', '10.77.0.21', '10.77.0.100']);
  });
});

describe('the output of journalctl', () => {
  it('keeps time and text, and leaves out what is no log line', () => {
    const text = [
      '-- Journal begins at Sun 2026-11-22 --',
      '2026-11-22T22:35:39+0000 pg1 patroni[123]: 2026-11-22 22:35:39,001 WARNING: Member pg2 exceeds maximum replication lag',
      '2026-11-22T22:35:40+00:00 pg1 systemd[1]: a\u001b[31mred\u0007',
      '',
    ].join('\n');
    expect(parseJournal(text)).toEqual([
      { at: '2026-11-22T22:35:39+0000', text: '2026-11-22 22:35:39,001 WARNING: Member pg2 exceeds maximum replication lag' },
      { at: '2026-11-22T22:35:40+00:00', text: 'a [31mred ' },
    ]);
  });
});

describe('hostile output of a host', () => {
  it('is an error in words or nothing, and never a number made up', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(parseJournal(text)).toEqual([]);
        expect(() => parseDf(`header\n!${text}`)).toThrow(/df printed/);
        expect(() => parseAddresses(`[${text}`)).toThrow(/ip printed/);
      }),
      { numRuns: 50 },
    );
  });
});
