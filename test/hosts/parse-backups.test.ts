import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lastGood } from '../../src/core/backups.ts';
import { systemClock } from '../../src/core/clock.ts';
import { createBackupReads } from '../../src/hosts/backup-reads.ts';
import { parseBarmanList } from '../../src/hosts/parse-barman-list.ts';
import { parsePgbackrestInfo } from '../../src/hosts/parse-pgbackrest-info.ts';

/** What the tools of Debian 12 (pgBackRest 2.45, Barman 3.4) and 13 (2.55.1, 3.13.3) said on real hosts. */
const said = (name: string) => readFileSync(new URL(`backup-answers/${name}.json`, import.meta.url), 'utf8');
const info = (name: string, stanza = 'billing') => parsePgbackrestInfo(said(`pgbackrest-${name}`), stanza, 'pg1');
const list = (name: string, server = 'billing') => parseBarmanList(said(`barman-${name}`), server, 'bk1');

describe('what pgBackRest says of its backups', () => {
  it.each([
    ['12', '7712537662433841219'],
    ['13', '7712544074958086230'],
  ])('is read on Debian %s with its whole system identifier, which is no number of JavaScript', (debian, systemId) => {
    const { all, running, flaw } = info(`${debian}-two`);
    expect(running).toEqual([]);
    expect(flaw).toBeUndefined();
    expect(all.map(({ kind }) => kind)).toEqual(['full', 'incr']);
    const last = lastGood({ all }, Date.parse('2027-01-01'));
    expect(last).toMatchObject({
      systemId,
      timeline: 2,
      good: true,
      label: expect.stringMatching(/^\d{8}-\d{6}F_\d{8}-\d{6}I$/),
    });
    expect(last?.stopLsn).toBeGreaterThan(0xb000000);
    expect(last?.bytes).toBeGreaterThan(70_000_000);
  });

  it('has no good backup before the first one, which is no flaw of its own', () => {
    for (const debian of ['12', '13']) expect(info(`${debian}-none`)).toEqual({ all: [], running: [] });
  });

  it('says where a backup runs, and how far it is where the release tells that', () => {
    expect(info('12-running').running).toEqual([{ on: 'pg1' }]);
    expect(info('13-running').running).toEqual([{ on: 'pg1', percent: 32 }]);
  });

  it('says what is wrong with a stanza that is not there', () => {
    expect(info('12-nosuch', 'nosuch').flaw).toBe('missing stanza path (code 1)');
    expect(info('12-two', 'other').flaw).toBe('it knows no stanza other');
  });

  it('is no answer when it is something else', () => {
    for (const text of ['', 'ERROR: [055]', '{}', '[{"name":"billing"}]'])
      expect(() => parsePgbackrestInfo(text, 'billing', 'pg1')).toThrow();
  });
});

describe('what Barman says of its backups', () => {
  it('is read with its time and size', () => {
    expect(list('12-one').all).toEqual([
      {
        label: '20261126T175912',
        kind: 'base',
        startedAtMs: Date.UTC(2026, 10, 26, 17, 59, 12),
        endedAtMs: 1_795_715_953_000,
        good: true,
        bytes: 39_907_239,
      },
    ]);
  });

  it('says that one runs, and takes none for good that still waits for WAL', () => {
    expect(list('12-running')).toMatchObject({ running: [{ on: 'bk1' }], all: [{ good: true }] });
    expect(list('13-running')).toMatchObject({ running: [{ on: 'bk1' }], all: [{ good: false, kind: 'full' }] });
  });

  it('has none, or does not know the server', () => {
    expect(list('12-none')).toEqual({ all: [], running: [] });
    expect(list('12-nosuch', 'nosuch').flaw).toBe("Unknown server 'nosuch'");
  });
});

describe('asking several hosts for the same repository', () => {
  const ask = (answers: Readonly<Record<string, string>>) =>
    createBackupReads({
      ssh: {
        run: async (host) => {
          const stdout = answers[host];
          if (stdout === undefined) throw new Error(`${host} is off`);
          return { code: 0, stdout, stderr: '' };
        },
      },
      tool: { tool: 'pgBackRest', of: 'billing' },
      hosts: ['pg1', 'pg2'],
      maxAgeMs: 1,
      clock: systemClock,
    })();

  it('takes the answer of one that lives, and every lock', async () => {
    const running = said('pgbackrest-13-running');
    expect(await ask({ pg2: said('pgbackrest-12-two') })).toMatchObject({ ok: true, value: { all: [{}, {}], running: [] } });
    expect(await ask({ pg1: said('pgbackrest-13-none'), pg2: running })).toMatchObject({ value: { running: [{ on: 'pg2' }] } });
  });

  it('counts what any of them knows, and says who does not know it', async () => {
    const reading = await ask({ pg1: said('pgbackrest-12-none'), pg2: said('pgbackrest-12-two') });
    expect(reading).toMatchObject({ ok: true, value: { all: [{ unknownTo: ['pg1'] }, { unknownTo: ['pg1'] }] } });
    const lost = await ask({ pg1: '[]', pg2: said('pgbackrest-12-two') });
    expect(lost).toMatchObject({ value: { all: [{ good: true }, {}], flaw: 'it knows no stanza billing (on pg1)' } });
    const both = await ask({ pg1: said('pgbackrest-12-two'), pg2: said('pgbackrest-12-two') });
    expect(both).toMatchObject({ value: { all: [{ label: expect.any(String) }, {}] } });
    expect(JSON.stringify(both)).not.toContain('unknownTo');
  });

  it('says why when none answers, or none of them makes sense', async () => {
    expect(await ask({})).toMatchObject({ ok: false, why: expect.stringContaining('pg1 is off') });
    expect(await ask({ pg1: 'P00 ERROR: [055]: no', pg2: '' })).toMatchObject({
      ok: false,
      why: expect.stringContaining('pgbackrest on pg1 failed'),
    });
  });
});
