import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GapReport } from '../../src/core/gap-report.ts';
import { createGapReports } from '../../src/store/gap-reports.ts';
import { notedLog } from '../support/noted-log.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer();
});
afterAll(() => server.stop());

const report = (id: string, changes: Partial<GapReport> = {}): GapReport => ({
  ...{ id, source: 'main/service/', fromMs: 0, untilMs: 3_600_000, how: 'compacted', told: 2 },
  unobservable: [{ cluster: 'billing', count: 3 }],
  ...changes,
});

function bots(prefix: string) {
  const { log, lines } = notedLog();
  const redis = server.client();
  const [a, b] = [
    createGapReports(redis, { prefix, bot: 'a', log }),
    createGapReports(server.client(), { prefix, bot: 'b', log }),
  ];
  const turn = (id: string) => `{${prefix}}:gap-reports:turn:${id}`;
  return { a, b, redis, lines, turn, key: `{${prefix}}:gap-reports` };
}

describe('reports of gaps', () => {
  it('are told by another bot when the one that kept one died before it posted, and then by nobody for 30 days', async () => {
    const { a, b, redis, turn, key } = bots('died');
    expect([await a.keep(report('g')), await b.keep(report('g'))]).toEqual(['ours', 'theirs']);
    expect([await a.turn('g'), await b.turn('g')]).toEqual([true, false]);
    await redis.pexpire(turn('g'), 10_000);
    expect([await a.turn('g'), await b.turn('g')]).toEqual([false, false]);
    await redis.del(turn('g'));
    expect(await b.untold()).toEqual([report('g')]);
    expect([await b.turn('g'), await a.turn('g')]).toEqual([true, false]);
    expect([await b.told('g'), await a.told('g')]).toEqual([true, false]);
    expect([await a.keep(report('g')), await a.turn('g'), await b.untold()]).toEqual(['told', false, []]);
    expect(await redis.pttl(`${key}:told:g`)).toBeGreaterThan(29 * 24 * 3_600_000);
  });

  it('keep of an unfinished one what knows most, and of a whole one what was first', async () => {
    const { a, b } = bots('most');
    for (const told of [2, 5, 3]) await a.keep(report('u', { told, isUnfinished: true }));
    await a.keep(report('w'));
    await b.keep(report('w', { told: 9 }));
    expect((await b.untold()).map(({ id, told }) => `${id} ${told}`).sort()).toEqual(['u 5', 'w 2']);
  });

  it('leave alone what they can not read, and say so once', async () => {
    const { a, redis, key, lines } = bots('unreadable');
    await redis.hset(key, { no: 'no JSON', newer: '{"id":"newer"}' });
    await a.keep(report('g'));
    for (let i = 0; i < 2; i += 1) expect(await a.untold()).toEqual([report('g')]);
    expect(lines.map(({ text }) => text)).toEqual(['a stored gap report is left alone', 'a stored gap report is left alone']);
    expect(await a.keep(report('no'))).toBe('ours');
    expect(await a.untold()).toHaveLength(2);
  });
});
