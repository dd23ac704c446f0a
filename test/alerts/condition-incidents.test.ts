import { describe, expect, it } from 'vitest';
import type { AlertChat } from '../../src/alerts/ports.ts';
import { linesOf } from '../support/fake-alert-chat.ts';
import { conditionAt, deskWorld, lossAt } from '../support/desk-world.ts';

const lag = { key: 'replication-lag pg2', situation: 'replication-lag', about: 'pg2' } as const;
const slot = { key: 'slot-inactive s1', situation: 'slot-inactive', about: 's1' } as const;

describe('an incident that a condition opened', () => {
  it('is one message that ends by itself when all that belongs to it has cleared, with what it was and how long', async () => {
    const of = deskWorld();
    await of.tell(conditionAt(0, 'raised', lag));
    await of.tell(conditionAt(5, 'raised', slot), 'replication-lag pg2-raised-0');
    await of.tell(conditionAt(60, 'cleared', lag), 'replication-lag pg2-raised-0');
    expect(of.incident('replication-lag pg2-raised-0').resolvedAtMs).toBeUndefined();
    await of.tell(conditionAt(90, 'cleared', slot), 'replication-lag pg2-raised-0');
    const incident = of.incident('replication-lag pg2-raised-0');
    expect(incident.outcome).toBe('replication lag, pg2 and 1 more: over after 1 min 30 s');
    expect(of.slack.parents()).toHaveLength(1);
    expect(of.slack.parentLines()[0]).toMatch(/^billing: .*, resolved$/);
    expect(of.slack.thread('1.0001')).toEqual([
      'billing: s1 is behind',
      'billing: pg2 has caught up',
      'billing: s1 has caught up',
    ]);
    expect(incident.timeline.map(({ says }) => says).slice(0, 3)).toEqual(['pg2 is behind', 's1 is behind', 'pg2 has caught up']);
    expect(of.owned()).toEqual([]);
  });

  it('keeps the same condition of two clusters apart, and lasts as long as one of them does', async () => {
    const of = deskWorld();
    const first = conditionAt(0, 'raised', lag);
    await of.tell(first);
    await of.tell(conditionAt(5, 'raised', lag, 'orders'), first.id);
    await of.tell(conditionAt(60, 'cleared', lag), first.id);
    await of.tick();
    expect(of.incident(first.id).resolvedAtMs).toBeUndefined();
    await of.tell(conditionAt(90, 'cleared', lag, 'orders'), first.id);
    expect(of.incident(first.id).outcome).toBe('replication lag, pg2 and 1 more: over after 1 min 30 s');
  });

  it('does not hold up a leader change of its cluster when its own channel takes nothing', async () => {
    const posted: string[] = [];
    let refuses = true;
    const chat: AlertChat = {
      async post({ channel }) {
        if (channel === 'gone' && refuses) throw new Error('channel_not_found');
        posted.push(channel);
        return { channel, ts: `${posted.length}.1` };
      },
      update: async () => undefined,
      findPosted: async () => undefined,
    };
    const plain = { mention: [], targets: [], backup: { targets: [], afterMs: 20_000 }, escalation: [] };
    const routeOf = ({ severity }: { severity: string }) => ({ ...plain, channel: severity === 'warning' ? 'gone' : 'dba' });
    const of = deskWorld({ chat, routing: { routeOf } });
    const held = of.tell(conditionAt(0, 'raised', lag));
    await of.settled();
    await of.tell(lossAt(5));
    expect(posted[0]).toBe('dba');
    refuses = false;
    await held;
  });

  it('stays open while the store knows of one that is raised in it just now', async () => {
    const of = deskWorld();
    const first = conditionAt(0, 'raised', lag);
    await of.tell(first);
    of.kept.holds = true;
    await of.tell(conditionAt(60, 'cleared', lag), first.id);
    expect(of.incident(first.id).resolvedAtMs).toBeUndefined();
    await of.tell(conditionAt(61, 'raised', slot), first.id);
    of.kept.holds = false;
    await of.tick();
    expect(of.incident(first.id).resolvedAtMs).toBeUndefined();
    await of.tell(conditionAt(70, 'cleared', slot), first.id);
    expect(of.kept.closed).toEqual([first.id]);
  });

  it('weighs as much as the heaviest that lasts, and is called after what lasts', async () => {
    const of = deskWorld();
    const first = conditionAt(0, 'raised', lag);
    await of.tell(first);
    await of.tell(conditionAt(5, 'raised', { ...slot, key: 'k', situation: 'slot-nearly-lost', severity: 'critical' }), first.id);
    expect(of.incident(first.id)).toMatchObject({ severity: 'critical', situation: 'replication-lag' });
    await of.tell(conditionAt(9, 'cleared', lag), first.id);
    expect(of.incident(first.id)).toMatchObject({ severity: 'critical', situation: 'slot-nearly-lost' });
  });

  it('is not ended by a change of the leader, which is told beside it', async () => {
    const of = deskWorld();
    await of.tell(conditionAt(0, 'raised', lag));
    await of.tell(lossAt(5));
    expect(of.owned()).toHaveLength(2);
    expect(of.slack.parents()).toHaveLength(2);
  });

  it('becomes part of the incident that explains it, which holds its conditions from then on', async () => {
    const of = deskWorld();
    const first = conditionAt(0, 'raised', lag);
    await of.tell(first);
    await of.tell(lossAt(5));
    of.act(first.id, { act: 'absorbed', atMs: of.at(5), into: lossAt(5).id });
    of.act(lossAt(5).id, { act: 'absorb', atMs: of.at(5), incident: first.id, signal: first });
    await of.tick();
    expect(of.incident(first.id)).toMatchObject({ partOf: { incident: lossAt(5).id } });
    expect(of.incident(first.id).resolvedAtMs).toBeDefined();
    const [parent, loss] = of.slack.parents().map(({ message }) => linesOf(message));
    expect(parent?.join('\n')).toMatch(/part of another incident[\s\S]*Part of i/);
    expect(loss).toContain('pg2 is behind');
  });
});

describe('a condition that was told while the store was away', () => {
  it('is folded in where the store puts it afterwards, and nothing of it is told twice or stays open', async () => {
    const of = deskWorld();
    const raised = conditionAt(0, 'raised', slot);
    const loss = lossAt(-2);
    await of.tell(loss);
    await of.tell(raised, raised.id, false);
    await of.tell(raised, loss.id);
    await of.movedTo(raised.id, loss.id);
    await of.settled();
    expect(of.incident(raised.id)).toMatchObject({ partOf: { incident: loss.id }, resolvedAtMs: expect.any(Number) });
    expect(Object.keys(of.incident(loss.id).conditions)).toEqual([slot.key]);
    expect(of.owned()).toEqual([loss.id]);
    expect(of.slack.twice()).toEqual([]);
  });

  it('clears where it was raised, though its end was told beside that', async () => {
    const of = deskWorld();
    const raised = conditionAt(0, 'raised', slot);
    const cleared = conditionAt(60, 'cleared', slot);
    await of.tell(raised);
    await of.restart();
    await of.tell(cleared, cleared.id, false);
    await of.tell(cleared, raised.id);
    expect(of.incident(raised.id).resolvedAtMs).toBeDefined();
    expect(of.owned()).toEqual([]);
    expect(of.slack.twice()).toEqual([]);
  });

  it('ends here when another bot looks after it by the time that the store is back', async () => {
    const of = deskWorld();
    const raised = conditionAt(0, 'raised', slot);
    await of.tell(raised, raised.id, false);
    of.handedOver(raised.id);
    await of.settled();
    expect(of.slack.parentLines()[0]).toMatch(/resolved$/);
    expect(of.owned()).toEqual([]);
  });
});

describe("a leader's incident", () => {
  it('waits for what follows from it, says for what, and ends when that has cleared too', async () => {
    const of = deskWorld();
    const loss = lossAt(0);
    await of.tell(loss);
    await of.tell(conditionAt(2, 'raised', slot), loss.id);
    await of.tell(lossAt(3, { kind: 'led', to: 'pg2', says: 'pg2 took the leader key from pg1' }), loss.id);
    await of.settled();
    expect(of.incident(loss.id).resolvedAtMs).toBeUndefined();
    expect(of.slack.parentLines()).toContain('Waiting: slot inactive, s1');
    await of.tell(conditionAt(9, 'cleared', slot), loss.id);
    await of.tick();
    expect(of.incident(loss.id).outcome).toMatch(/^pg2 leads on timeline 5/);
    expect(of.slack.parentLines()[0]).toBe('billing: failover pg1 -> pg2, resolved');
  });

  it('goes on to its end with another bot when the first one dies while it waits', async () => {
    const of = deskWorld();
    const loss = lossAt(0);
    await of.tell(loss);
    await of.tell(conditionAt(2, 'raised', slot), loss.id);
    await of.tell(lossAt(3, { kind: 'led', to: 'pg2', says: 'pg2 took it' }), loss.id);
    await of.tick();
    await of.restart();
    await of.tell(conditionAt(9, 'cleared', slot), loss.id);
    await of.tick();
    expect(of.incident(loss.id).resolvedAtMs).toBeDefined();
  });
});

describe('a leader that flaps', () => {
  it('is told once; later changes stand in its thread, and it ends after it kept still', async () => {
    const of = deskWorld({ quietMs: 600_000 });
    const third = lossAt(0, { flapping: 3 });
    await of.tell(third);
    await of.tell(lossAt(1, { id: 'led', kind: 'led', to: 'pg2', says: 'pg2 took it' }), third.id);
    await of.tell(lossAt(60, { from: 'pg2', flapping: 4, says: 'pg2 lost it' }), third.id);
    await of.tell(lossAt(61, { id: 'led2', kind: 'led', from: 'pg2', to: 'pg1', says: 'pg1 took it' }), third.id);
    await of.tick();
    expect(of.slack.parents()).toHaveLength(1);
    expect(of.slack.parentLines()[0]).toBe('billing: leader changes again and again, 4 times');
    expect(of.slack.parentLines()).toContain('Waiting: the leader to keep still until 12:11 UTC');
    expect(of.incident(third.id)).toMatchObject({ situation: 'flapping', severity: 'critical' });
    await of.tick(700_000);
    expect(of.incident(third.id).resolvedAtMs).toBeDefined();
  });
});
