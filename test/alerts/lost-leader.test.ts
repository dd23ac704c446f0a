import { describe, expect, it } from 'vitest';
import type { AlertFacts } from '../../src/alerts/ports.ts';
import type { Signal } from '../../src/core/signal.ts';
import { followed, lost, silent, START } from '../support/followed-incident.ts';

describe('a lost leader', () => {
  it('gets its name within seconds of the loss, before anybody leads again', async () => {
    const { of, phases, seconds, end } = followed({});
    await seconds(3);
    expect(of.incident).toMatchObject({ situation: 'host-lost' });
    expect(phases).toHaveLength(1);
    expect(of.incident.says).toBe('the host of pg1 is down or cut from everything; pg2 sees nothing of it either');
    expect(of.incident.evidence).toContain('pg2 sees nothing of pg1');
    await end();
  });

  it('that comes back is not taken for one that lived, unless its own log says so', async () => {
    let isBack = false;
    const back = { answer: 'server', inRecovery: true } as const;
    const looks = {
      rest: async () => (isBack ? { answer: 'server' as const, state: 'running' } : silent),
      sql: async () => (isBack ? back : silent),
    };
    for (const [logged, situation] of [
      [undefined, 'host-lost'],
      ['demoting self because DCS is not accessible and I was a leader', 'network-cut'],
    ] as const) {
      isBack = false;
      const { of, seconds, end } = followed({ looks: { ...looks, loggedCut: async () => logged } });
      await seconds(10);
      isBack = true;
      await seconds(10);
      expect(of.incident.situation).toBe(situation);
      await end();
    }
  });

  it('keeps the name of a lost host while that boots, and does not take its refusals for a crash of PostgreSQL', async () => {
    let boots = false;
    const refused = { answer: 'host', why: 'connection refused' } as const;
    const looks = {
      rest: async () => (boots ? refused : silent),
      sql: async () => (boots ? refused : silent),
      server: async () => (boots ? { running: false, control: 'in production' } : undefined),
    };
    const { of, seconds, end } = followed({ looks });
    await seconds(4);
    expect(of.incident).toMatchObject({ situation: 'host-lost' });
    boots = true;
    await seconds(6);
    expect(of.incident).toMatchObject({ situation: 'host-lost' });
    await end();
  });

  it('is not looked at by a bot that finds it an hour later, for what it would see is of another time', async () => {
    let looked = 0;
    const rest = async () => {
      looked += 1;
      return undefined;
    };
    const old = { ...lost, atMs: START - 3_600_000 };
    const { seconds, end } = followed({ looks: { rest } }, old);
    await seconds(30);
    expect(looked).toBe(0);
    await end();
  });

  it('that is another one of the same incident is looked at for itself, not by what was seen of the first', async () => {
    const asked: string[] = [];
    const rest = async (_: string, member: string) => {
      asked.push(member);
      return silent;
    };
    const { of, seconds, end } = followed({ looks: { rest } });
    await seconds(4);
    of.incident = { ...of.incident, from: 'pg2', to: 'pg1' };
    await seconds(6);
    expect(new Set(asked)).toEqual(new Set(['pg1', 'pg2']));
    await end();
  });

  it('of a cluster that left the configuration ends its incident', async () => {
    const { of, end } = followed({ facts: { knows: () => false } });
    await end();
    expect(of.incident.outcome).toBe('billing is not in the configuration any more');
  });

  it('that crashed and runs again on the same timeline ends its incident, though etcd shows nothing of it', async () => {
    let runs = false;
    const crashed: Signal = { ...lost, id: '77-6-billing', kind: 'crashed', says: 'PostgreSQL on the leader pg1 crashed' };
    const facts: Partial<AlertFacts> = {
      prove: async () => (runs ? { primary: true, timeline: 4 } : { primary: false, why: 'connection refused' }),
      streaming: async () => ({ all: true, says: 'all members stream from pg1' }),
    };
    const server = async () => ({ running: false, control: 'in production' });
    const { of, phases, seconds, end } = followed({ facts, looks: { server } }, crashed);
    await seconds(40);
    expect(of.incident).toMatchObject({ situation: 'postgres-crashed' });
    expect(of.incident.resolvedAtMs).toBeUndefined();
    runs = true;
    await seconds(10);
    expect(phases).toContain('pg1 is the primary by SQL, timeline 4');
    expect(of.incident.resolvedAtMs).toBeDefined();
    await end();
  });

  it('whose old member streams again is told so while others still come', async () => {
    const { phases, seconds, led, end } = followed({
      facts: { streaming: async () => ({ all: false, waitsFor: 'pg3', back: ['pg1'] }) },
    });
    led('pg2');
    await seconds(20);
    expect(phases.filter((text) => text === 'pg1 is back and streams from pg2')).toHaveLength(1);
    await end();
  });

  it('is still asked about quickly when the new leader comes late', async () => {
    const { of, seconds, led, clock, end } = followed({});
    await seconds(60);
    led('pg2');
    const ledMs = clock.now();
    await seconds(2);
    expect((of.incident.provenAtMs ?? Number.NaN) - ledMs).toBeLessThanOrEqual(500);
    await end();
  });
});
