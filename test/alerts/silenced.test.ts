import { describe, expect, it } from 'vitest';
import type { Silence } from '../../src/core/silence.ts';
import { callingWorld, conditionAt, lossAt } from '../support/desk-world.ts';

const loss = lossAt(0);
const silence = (changes: Partial<Silence> = {}): Silence => ({
  ...{
    id: 's1',
    cluster: 'billing',
    by: 'U0ANNA',
    reason: 'storage moves',
    fromMs: 0,
    untilMs: Date.parse('2026-11-22T13:00:00Z'),
  },
  ...changes,
});

describe('a silence', () => {
  const first = conditionAt(0, 'raised');

  it('keeps a warning out of the channel, but not out of the record, and nothing is left in the outbox', async () => {
    const of = callingWorld();
    of.kept.silences.push(silence());
    await of.tick();
    await of.tell(first);
    await of.tick(60_000);
    expect(of.slack.posts).toEqual([]);
    expect(of.kept.pages).toEqual([]);
    expect(of.kept.told).toEqual([first.id]);
    expect(of.incident(first.id).silencedBy?.id).toBe('s1');
  });

  it('posts it when it ends while the condition lasts, also when another bot has it by then', async () => {
    const of = callingWorld();
    of.kept.silences.push(silence());
    await of.tick();
    await of.tell(first);
    await of.restart();
    of.kept.silences.splice(0);
    await of.tick();
    await of.tick();
    expect(of.slack.parents()).toMatchObject([{ signalId: first.id }]);
    expect(of.kept.pages.map(({ targets }) => targets)).toEqual([['pager']]);
  });

  it('says nothing at all of what ended before it did', async () => {
    const of = callingWorld();
    of.kept.silences.push(silence({ situation: 'replication-lag', about: 'pg2' }));
    await of.tick();
    await of.tell(first);
    await of.tell(conditionAt(60, 'cleared'), first.id);
    expect(of.slack.posts).toEqual([]);
    expect(of.incident(first.id).resolvedAtMs).toBeDefined();
  });

  it('covers only what it names', async () => {
    const of = callingWorld();
    of.kept.silences.push(silence({ situation: 'replication-lag', about: 'pg3' }), silence({ cluster: 'other' }));
    await of.tick();
    await of.tell(first);
    expect(of.slack.parents()).toHaveLength(1);
  });

  it('lets a critical condition be posted, marked and without calling anybody', async () => {
    const of = callingWorld();
    of.kept.silences.push(silence());
    await of.tick();
    await of.tell(conditionAt(0, 'raised', { severity: 'critical' }));
    await of.tick(400_000);
    expect(of.slack.parentLines()).toContain('Silenced by @U0ANNA until 2026-11-22T13:00:00Z: storage moves. Nobody is called.');
    expect(of.slack.parentLines().join()).not.toContain('S0ONCALL');
    expect(of.kept.pages).toEqual([]);
  });

  it('covers a leader change by its name alone, and lets it be posted', async () => {
    const of = callingWorld();
    of.kept.silences.push(silence());
    await of.tick();
    await of.tell(loss);
    expect(of.kept.pages).toHaveLength(1);
    const named = callingWorld();
    named.kept.silences.push(silence({ situation: 'failover' }));
    await named.tick();
    await named.tell(loss);
    expect(named.slack.parents()).toHaveLength(1);
    expect(named.kept.pages).toEqual([]);
  });

  it('does not cover what is critical beside the leader change that it names', async () => {
    const of = callingWorld();
    of.kept.silences.push(silence({ situation: 'failover' }));
    await of.tick();
    await of.tell(loss);
    const member = { key: 'member-gone pg1', situation: 'member-gone', severity: 'warning', about: 'pg1' } as const;
    await of.tell(conditionAt(2, 'raised', member), loss.id);
    await of.tick();
    expect(of.kept.pages).toEqual([]);
    const two = { key: 'two-primaries', situation: 'two-primaries', severity: 'critical' } as const;
    await of.tell(conditionAt(3, 'raised', two), loss.id);
    await of.tick();
    expect(of.kept.pages).toHaveLength(1);
  });

  it('does not cover what belongs to another cluster', async () => {
    const of = callingWorld();
    of.kept.silences.push(silence());
    const first = conditionAt(0, 'raised');
    await of.tick();
    await of.tell(first);
    expect(of.slack.parents()).toEqual([]);
    await of.tell(conditionAt(3, 'raised', {}, 'orders'), first.id);
    await of.tick();
    expect(of.slack.parents()).toHaveLength(1);
    expect(of.kept.pages).toHaveLength(1);
  });
});
