import { describe, expect, it } from 'vitest';
import { type HeartbeatOptions, startHeartbeat } from '../../src/observe/heartbeat.ts';
import type { Part } from '../../src/observe/http-server.ts';
import { createFakeClock } from '../chat/fake-clock.ts';
import { notedLog } from '../support/noted-log.ts';

const works: Part = { name: 'slack', ok: true, says: 'works' };
const away: Part = { name: 'redis write', ok: false, says: 'Redis is away' };
const MINUTE_MS = 60_000;

/** A heartbeat whose checks and beats come out as told, and then well. */
function beating({
  checks = [],
  beats = [],
}: {
  checks?: readonly (readonly Part[])[];
  beats?: readonly (string | 'silence')[];
}) {
  const [checksLeft, beatsLeft] = [[...checks], [...beats]];
  const [clock, { log, lines }] = [createFakeClock(), notedLog()];
  const start = clock.now();
  const beatAtMs: number[] = [];
  const ended: string[] = [];
  const beat: HeartbeatOptions['beat'] = async (signal) => {
    beatAtMs.push(clock.now() - start);
    const next = beatsLeft.shift();
    if (next !== 'silence') return next;
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve('it did not answer in time')));
  };
  const heartbeat = startHeartbeat({
    ...{ everyMs: MINUTE_MS, clock, log, beat, ended: (result) => ended.push(result) },
    check: async () => checksLeft.shift() ?? [works],
  });
  return { clock, heartbeat, beatAtMs, ended, lines };
}

describe("the heartbeat for a dead man's switch", () => {
  it('beats at its interval while the whole way works', async () => {
    const { clock, heartbeat, beatAtMs, ended } = beating({});
    expect(heartbeat.part()).toMatchObject({ ok: true, says: 'the first beat comes 1 min after the start' });
    await clock.advance(3 * MINUTE_MS);
    expect(beatAtMs).toEqual([MINUTE_MS, 2 * MINUTE_MS, 3 * MINUTE_MS]);
    expect(ended).toEqual(['sent', 'sent', 'sent']);
    expect(heartbeat.part()).toMatchObject({ ok: true, says: expect.stringContaining('was taken at 20') });
  });

  it('sends no beat when a part does not work, says which and why, and beats again when it does', async () => {
    const { clock, heartbeat, beatAtMs, lines } = beating({ checks: [[works, away]] });
    await clock.advance(MINUTE_MS);
    expect(beatAtMs).toEqual([]);
    expect(heartbeat.part()).toEqual({
      name: 'heartbeat',
      ok: false,
      says: 'no beat is sent, as an alert might not arrive: redis write: Redis is away',
    });
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    await clock.advance(MINUTE_MS);
    expect(beatAtMs).toEqual([2 * MINUTE_MS]);
    expect(heartbeat.part().ok).toBe(true);
  });

  it('tries a beat again that was not taken, some times, and then says why', async () => {
    const { clock, heartbeat, beatAtMs, ended } = beating({ beats: ['it answered 503', 'silence'] });
    await clock.advance(MINUTE_MS + 20_000);
    expect(beatAtMs).toEqual([MINUTE_MS, MINUTE_MS + 2000, MINUTE_MS + 14_000]);
    expect(ended).toEqual(['sent']);
    const down = beating({ beats: ['it answered 503', 'it answered 503', 'it answered 503'] });
    await down.clock.advance(MINUTE_MS + 5000);
    expect(down.heartbeat.part()).toMatchObject({ ok: false, says: 'the last beat was not taken: it answered 503' });
    heartbeat.stop();
  });

  it('ends when it is stopped', async () => {
    const { clock, heartbeat, beatAtMs } = beating({});
    heartbeat.stop();
    await clock.advance(5 * MINUTE_MS);
    expect(beatAtMs).toEqual([]);
  });
});
