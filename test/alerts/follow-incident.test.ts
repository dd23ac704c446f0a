import { describe, expect, it } from 'vitest';
import type { ProbeSaw } from '../../src/alerts/loss-ports.ts';
import { incidentMessage } from '../../src/alerts/incident-message.ts';
import { outageWords } from '../../src/core/write-outage.ts';
import { linesOf } from '../support/fake-alert-chat.ts';
import { followed, lost, START } from '../support/followed-incident.ts';

describe('the leader of an incident', () => {
  it('that a run of ours moves on is followed to the new one, for the old one will never lead', async () => {
    let holder = 'pg2';
    const { of, phases, seconds, led, end } = followed({
      facts: {
        holder: () => holder,
        prove: async () => ({ primary: true, timeline: 5 }),
        streaming: async (_, leader) =>
          leader === 'pg3' ? { all: true, says: 'all members stream from pg3' } : { all: false, waitsFor: 'pg2: in recovery' },
      },
    });
    led('pg2');
    await seconds(10);
    holder = 'pg3';
    await seconds(40);
    expect(phases).toContain('pg3 holds the leader key now; what moved it there is told by itself');
    expect(of.incident.outcome).toMatch(/^pg3 leads on timeline 5/);
    await end();
  });

  it('is found by its key when only the loss was told here and a run of ours tells the rest, else the incident never ended', async () => {
    let holder: string | undefined;
    const { of, phases, seconds, end } = followed(
      { facts: { holder: () => holder, streaming: async () => ({ all: true, says: 'all members stream from pg2' }) } },
      { ...lost, cause: 'planned' },
    );
    await seconds(2);
    holder = 'pg2';
    await seconds(60);
    expect(phases).toContain('pg2 holds the leader key now; what moved it there is told by itself');
    expect(of.incident.outcome).toMatch(/^pg2 leads on timeline 5/);
    await end();
  });

  it('that a run of ours moves on makes the time without a leader no longer, and is no key without a primary', async () => {
    let holder = 'pg2';
    const { of, phases, seconds, led, end } = followed({
      facts: {
        holder: () => holder,
        streaming: async (_, leader) =>
          leader === 'pg3' ? { all: true, says: 'all members stream from pg3' } : { all: false, waitsFor: 'pg2: in recovery' },
      },
    });
    await seconds(5);
    led('pg2');
    await seconds(600);
    holder = 'pg3';
    await seconds(60);
    expect(of.incident.outcome).toContain('pg3 leads on timeline 5, 5 s without a leader key');
    expect(phases.filter((line) => line.includes('nothing proves'))).toEqual([]);
    await end();
  });

  it('that crashed and keeps its key is not said to have moved', async () => {
    const { of, phases, seconds, end } = followed(
      { facts: { holder: () => 'pg1', prove: async () => ({ primary: false, why: 'starts' }) } },
      { ...lost, kind: 'crashed', says: 'PostgreSQL on the leader pg1 crashed' },
    );
    await seconds(60);
    expect({ to: of.incident.to, moved: phases.filter((line) => line.includes('leader key now')) }).toEqual({ moved: [] });
    await end();
  });

  it('is not given up for a change of a moment before, whose own signal is still on its way', async () => {
    let holder = 'pg2';
    const { of, seconds, led, end } = followed({ facts: { holder: () => holder } });
    led('pg2');
    holder = 'pg3';
    await seconds(15);
    holder = 'pg2';
    await seconds(40);
    expect(of.incident.to).toBe('pg2');
    await end();
  });
});

describe('what a loss costs', () => {
  it('is not told of another leader that is lost in the same incident, by what was known of the first', async () => {
    const { of, phases, seconds, end } = followed({
      measures: { dcsPosition: async () => 3000, leftAt: async (_, timeline) => (timeline === 5 ? 952 : undefined) },
    });
    await seconds(3);
    of.incident = { ...of.incident, from: 'pg2', timelineBefore: 5, to: 'pg3', ledAtMs: START + 4000 };
    await seconds(10);
    expect(of.incident.provenAtMs).toBeDefined();
    expect(of.incident.bytesAtRisk).toBeUndefined();
    expect(phases.filter((line) => line.includes('did not reach'))).toEqual([]);
    await end();
  });

  it('says who was connected, and how much WAL did not reach the new leader, as at least', async () => {
    const { of, phases, seconds, led, end } = followed({
      measures: {
        lastLook: () => ({ atMs: START - 4000, writeLsn: 1000, clients: 12 }),
        dcsPosition: async () => 3000,
        sessions: async () => [
          { proxy: 'lb1', sessions: 9 },
          { proxy: 'lb2', sessions: 0 },
        ],
        leftAt: async (_, timeline) => (timeline === 4 ? 952 : undefined),
      },
    });
    led('pg2');
    await seconds(3);
    expect(of.incident.affects).toEqual([
      '12 client connections on pg1 (counted 4 s before)',
      '9 client connections through lb1',
    ]);
    expect(of.incident.bytesAtRisk).toBe(2048);
    expect(phases).toContain('at least 2 KiB of WAL that pg1 had did not reach pg2');
    await end();
  });

  it('says that it is not known who was connected, and why the outage is not measured', async () => {
    const { of, seconds, end } = followed({});
    await seconds(1);
    expect(of.incident.affects).toEqual(['not known: pg1 was not looked at before, and no HAProxy has sessions on it']);
    expect(of.incident.writeOutage && outageWords(of.incident.writeOutage)).toBe(
      'the write outage is not measured: billing has no write probe in the configuration',
    );
    await end();
  });

  it('measures from the first write that failed to the first that was taken, as at least', async () => {
    let saw: ProbeSaw = { kind: 'writes', through: 'lb:5000', resolutionMs: 150, firstFailedAtMs: START };
    const { of, phases, seconds, end } = followed({ measures: { probe: () => saw } });
    await seconds(1);
    expect(of.incident.writeOutage).toEqual({ kind: 'lasts', sinceMs: START, through: 'lb:5000' });
    saw = { ...saw, firstGoodAtMs: START + 9200 };
    await seconds(1);
    expect(of.incident.firstWriteAtMs).toBe(START + 9200);
    expect(linesOf(incidentMessage(of.incident))).toContain('No write for at least 9.2 s, measured through lb:5000 to 150 ms');
    expect(phases).toContain('writes are taken again: no write for at least 9.2 s, measured through lb:5000 to 150 ms');
    await end();
  });

  it('takes the newest commit that reached the new leader as the last good write, but none of long before', async () => {
    for (const [beforeMs, expected] of [
      [1500, START - 1500],
      [3_600_000, undefined],
    ] as const) {
      const { of, seconds, led, end } = followed({
        facts: { prove: async () => ({ primary: true, timeline: 5, lastReplayedAtMs: START - beforeMs }) },
      });
      led('pg2');
      await seconds(2);
      expect(of.incident.lastGoodWriteAtMs).toBe(expected);
      await end();
    }
  });

  it('ends the probe with the incident', async () => {
    const ended: string[] = [];
    const { end } = followed({ measures: { endProbe: async (id) => void ended.push(id) } });
    await end();
    expect(ended).toEqual([lost.id]);
  });
});
