import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { layoutOf } from '../../src/hosts/host-layout.ts';
import { createMemberLog, type LogPlace } from '../../src/hosts/member-log.ts';
import type { RemoteCommand } from '../../src/hosts/remote-commands.ts';
import type { SshPool } from '../../src/hosts/ssh-pool.ts';

const SINCE = Date.parse('2026-11-22T12:00:00Z');
const asked = { unit: 'postgres', lines: 50, sinceMs: SINCE } as const;
const DEBIAN = '/var/lib/postgresql/15/main';
const place = (more: Partial<LogPlace>): LogPlace => ({ collector: false, destination: 'stderr', directory: 'log', ...more });

/** A member whose host answers with this text; `ran` holds what it was asked to run. */
function memberOf(stdout: string, { isPatroni = true, dataDirectory = DEBIAN } = {}) {
  const ran: RemoteCommand[] = [];
  const answer: SshPool['mustRun'] = async (_host, command) => {
    ran.push(command);
    return { code: 0, stdout, stderr: '' } as Awaited<ReturnType<SshPool['mustRun']>>;
  };
  const ssh: SshPool = { run: answer, mustRun: answer, warm: async () => undefined, close: () => undefined };
  const layouts = new Map([['pg1', layoutOf({ dataDirectory })]]);
  return { ran, log: createMemberLog({ ssh, layouts, isPatroni, clock: systemClock }) };
}

const JOURNAL = [
  '2026-11-22T12:00:01+0000 pg1 patroni[7]: 2026-11-22 12:00:01,123 INFO: no action. I am (pg1), the leader with the lock',
  '2026-11-22T12:00:02+0000 pg1 patroni[9]: 2026-11-22 12:00:02.123 UTC [9] LOG:  checkpoint starting: time',
  '-- No entries --',
].join('\n');

describe('the log of a member', () => {
  it('is the journal of Patroni for Patroni', async () => {
    const { log, ran } = memberOf(JOURNAL);
    const reading = await log.read('pg1', { ...asked, unit: 'patroni' }, { why: 'it was not asked' });
    expect(reading).toMatchObject({ ok: true, value: { from: 'the journal of patroni', lines: [{ text: /no action/ }, {}] } });
    expect(ran[0]?.argv.join(' ')).toContain('-n 50');
  });

  it("is what PostgreSQL wrote into Patroni's journal where it has no collector, without Patroni's own lines", async () => {
    const reading = await memberOf(JOURNAL).log.read('pg1', asked, place({}));
    expect(reading.ok && reading.value.lines.map(({ text }) => text)).toEqual([expect.stringContaining('checkpoint starting')]);
  });

  it('is the newest file of the collector, in the data directory', async () => {
    const { log, ran } = memberOf('2026-11-22 12:00:02.123 UTC [9] LOG:  ready\n');
    const reading = await log.read('pg1', asked, place({ collector: true, file: 'log/postgresql-Sun.log' }));
    expect(ran[0]).toMatchObject({
      as: 'postgres',
      argv: ['/usr/bin/tail', '-n', '50', '--', `${DEBIAN}/log/postgresql-Sun.log`],
    });
    expect(reading).toMatchObject({ ok: true, value: { lines: [{ text: '[9] LOG:  ready' }] } });
  });

  it('is the file of pg_ctlcluster in a plain cluster of Debian, and said to be unknown elsewhere', async () => {
    const plain = memberOf('', { isPatroni: false });
    await plain.log.read('pg1', asked, place({}));
    expect(plain.ran[0]?.argv.at(-1)).toBe('/var/log/postgresql/postgresql-15-main.log');
    const other = memberOf('', { isPatroni: false, dataDirectory: '/srv/pg' });
    expect(await other.log.read('pg1', asked, place({}))).toMatchObject({ ok: false, why: /is not known/ });
  });

  it('is not read where no right reaches, whatever the server says of its log', async () => {
    const { log, ran } = memberOf('secret');
    const reading = await log.read('pg1', asked, place({ collector: true, file: '/etc/shadow' }));
    expect(reading).toMatchObject({ ok: false, why: /writes its log to \/etc\/shadow/ });
    expect(ran).toEqual([]);
  });

  it('is none of Patroni where there is no Patroni', async () => {
    const reading = await memberOf('', { isPatroni: false }).log.read('pg1', { ...asked, unit: 'patroni' }, place({}));
    expect(reading).toMatchObject({ ok: false, why: /no Patroni/ });
  });
});
