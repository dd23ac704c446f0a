import { describe, expect, it } from 'vitest';
import type { Paging } from '../../src/alerts/ports.ts';
import { linesOf } from '../support/fake-alert-chat.ts';
import { callingRoute, callingWorld, conditionAt, deskWorld, lossAt } from '../support/desk-world.ts';

const loss = lossAt(0);

describe('the route of an incident', () => {
  it('chooses its channel, names whom it calls, and tells its targets at once', async () => {
    const of = callingWorld();
    await of.tell(loss);
    expect(of.slack.parents()[0]).toMatchObject({ channel: 'dba' });
    expect(of.slack.parentLines()).toContain('For @S0ONCALL');
    expect(of.kept.pages).toMatchObject([{ targets: ['pager'], page: { phase: 'open', key: loss.id, severity: 'critical' } }]);
  });

  it('tells the second path once when Slack does not take the first message in time', async () => {
    const of = callingWorld({ targets: [] });
    of.slack.faults.push(...Array(20_000).fill('refuse'));
    void of.tell(loss);
    await of.settled();
    await of.tick(19_000);
    expect(of.kept.pages).toEqual([]);
    await of.tick(2000);
    await of.tick(2000);
    expect(of.kept.pages.map(({ targets }) => targets)).toEqual([['mail']]);
    of.slack.faults.splice(0);
  });
});

describe('escalation', () => {
  it('takes its steps at their times while nobody acknowledges, and names them in the thread', async () => {
    const of = callingWorld();
    await of.tell(loss);
    await of.tick(299_000);
    expect(of.incident(loss.id).escalations).toEqual([]);
    await of.tick(2000);
    await of.tick(1000);
    expect(of.kept.pages.map(({ targets }) => targets)).toEqual([['pager'], ['pager2']]);
    const thread = of.slack.posts.filter(({ threadTs }) => threadTs).flatMap(({ message }) => linesOf(message));
    expect(thread).toContain('Escalated to @U0LEAD, pager2: nobody has acknowledged it for 5 min 1 s.');
  });

  it('goes on where it was with another bot, and calls nobody twice', async () => {
    const of = callingWorld();
    await of.tell(loss);
    await of.tick(301_000);
    await of.restart();
    await of.tick(1000);
    expect(of.kept.pages.map(({ targets }) => targets)).toEqual([['pager'], ['pager2']]);
    await of.tick(600_000);
    expect(of.kept.pages.at(-1)?.targets).toEqual(['boss']);
  });

  it('stops at an acknowledgement, which those who were told are told, as is the end', async () => {
    const of = callingWorld();
    await of.tell(loss);
    of.act(loss.id, { act: 'acknowledge', by: 'U0ANNA', name: 'anna', atMs: of.at(10) });
    await of.tick();
    await of.tick(1_000_000);
    expect(of.slack.parentLines()).toContain('Acknowledged by @U0ANNA 2026-11-22T12:00:10Z');
    await of.tell(lossAt(1010, { kind: 'led', to: 'pg2', says: 'pg2 took it' }), loss.id);
    await of.tick();
    expect(of.kept.pages.map(({ page }) => page.phase)).toEqual(['open', 'changed', 'resolved']);
    expect(of.kept.pages.map(({ page }) => page.acknowledgedBy)).toEqual([undefined, 'anna', 'anna']);
  });

  it('takes the next step at once when somebody asks, and says so when there is none', async () => {
    const of = callingWorld();
    await of.tell(loss);
    for (const seconds of [1, 2, 3]) of.act(loss.id, { act: 'escalate', by: 'U0ANNA', atMs: of.at(seconds) });
    await of.tick();
    expect(of.kept.pages.map(({ targets }) => targets)).toEqual([['pager'], ['pager2'], ['boss']]);
    expect(of.slack.thread('1.0001').at(-1)).toMatch(/nobody further to escalate to/);
  });

  it('waits for no target: one that does not answer for many minutes holds up neither its steps nor other incidents', async () => {
    const told: string[] = [];
    const paging: Paging = {
      async tell(page, targets) {
        told.push(...targets.map((target) => `${page.cluster} ${page.phase} ${target}`));
        return targets.some((target) => target.startsWith('pager')) ? new Promise(() => undefined) : [];
      },
    };
    const of = deskWorld({ paging, routing: { routeOf: () => callingRoute } });
    const orders = { ...lossAt(0), id: '77-0-orders', cluster: 'orders' };
    await of.tell(loss);
    await of.tell(orders);
    of.act(loss.id, { act: 'escalate', by: 'U0ANNA', atMs: of.at(1) });
    void of.tick();
    await of.settled();
    of.act(orders.id, { act: 'acknowledge', by: 'U0ANNA', atMs: of.at(2) });
    void of.tick();
    await of.settled();
    expect(of.incident(orders.id).acts).toHaveLength(1);
    void of.tick(900_000);
    await of.settled();
    expect(told).toEqual(['billing open pager', 'orders open pager', 'billing open pager2', 'billing open boss']);
    of.act(loss.id, { act: 'resolve', by: 'U0ANNA', atMs: of.at(901), reason: 'it is over' });
    void of.tick();
    await of.settled();
    expect(told).toContain('billing resolved pager2');
  });

  it('tells another bot what the first one had begun to tell a target of a step that it has taken', async () => {
    const told: string[] = [];
    const paging: Paging = {
      async tell(_page, targets) {
        told.push(...targets);
        return told.length === 2 ? new Promise(() => undefined) : targets.map((target) => ({ target, ok: true }));
      },
    };
    const of = deskWorld({ paging, routing: { routeOf: () => callingRoute } });
    await of.tell(loss);
    void of.tick(301_000);
    await of.settled();
    await of.restart();
    await of.tick();
    await of.tick();
    expect(told).toEqual(['pager', 'pager2', 'pager2']);
  });

  it('does not wake anybody for a warning', async () => {
    const of = callingWorld();
    await of.tell(conditionAt(0, 'raised'));
    await of.tick(400_000);
    expect(of.kept.pages.map(({ targets }) => targets)).toEqual([['pager']]);
  });
});

describe('a person who resolves an incident', () => {
  it('ends it with the reason, whatever still lasts', async () => {
    const of = callingWorld();
    const first = conditionAt(0, 'raised');
    await of.tell(first);
    of.act(first.id, { act: 'resolve', by: 'U0ANNA', atMs: of.at(5), reason: 'known, see OPS-7' });
    await of.tick();
    expect(of.incident(first.id)).toMatchObject({ outcome: 'resolved by hand: known, see OPS-7' });
    expect(of.slack.parentLines()).toContain('Resolved by @U0ANNA: known, see OPS-7');
    expect(of.owned()).toEqual([]);
  });
});
