import { describe, expect, it } from 'vitest';
import { firstSurvey } from '../../src/alerts/first-survey.ts';
import type { DcsSurvey } from '../../src/alerts/ports.ts';
import { unauthorised, unreachable } from '../../src/core/errors.ts';
import { notedLog } from '../support/noted-log.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const SURVEY: DcsSurvey = { revision: 7, clusterId: '1', scopes: [] };

/** Reads fail so until `for` milliseconds have passed. */
async function readAfter(forMs: number, failure: () => Error) {
  const clock = virtualClock();
  const { log, lines } = notedLog();
  const begunAtMs = clock.now();
  const askedAtMs: number[] = [];
  const read = async () => {
    askedAtMs.push(clock.now() - begunAtMs);
    if (clock.now() - begunAtMs < forMs) throw failure();
    return SURVEY;
  };
  const source = { name: 'main/service/', read, follow: () => async () => undefined };
  const survey = await clock.drive(firstSurvey({ source, clock, log }, new AbortController().signal));
  return { survey, lines, askedAtMs };
}

describe('the first look at etcd', () => {
  it('is tried each second while etcd is away, and why is said once a minute', async () => {
    const { survey, lines, askedAtMs } = await readAfter(150_000, () => unreachable('no etcd endpoint answered', ''));
    expect(survey).toBe(SURVEY);
    expect(askedAtMs.slice(0, 3)).toEqual([0, 1000, 2000]);
    expect(lines.map(({ level }) => level)).toEqual(['warn', 'warn', 'warn']);
  });

  it('is tried ever more rarely while etcd refuses the login, never in silence', async () => {
    const { survey, lines, askedAtMs } = await readAfter(150_000, () => unauthorised("etcd does not take Trunkline's login", ''));
    expect(survey).toBe(SURVEY);
    expect(askedAtMs.slice(0, 6)).toEqual([0, 2000, 6000, 14_000, 30_000, 60_000]);
    expect(askedAtMs.length).toBeLessThan(12);
    expect(lines.length).toBeGreaterThanOrEqual(2);
    expect(lines.every(({ level }) => level === 'error')).toBe(true);
  });
});
