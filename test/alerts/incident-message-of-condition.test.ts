import { describe, expect, it } from 'vitest';
import { applySignal, incidentOf } from '../../src/alerts/apply-signal.ts';
import { incidentCard } from '../../src/alerts/incident-card.ts';
import { incidentMessage } from '../../src/alerts/incident-message.ts';
import { incidentsCard } from '../../src/alerts/incidents-card.ts';
import { linesOf } from '../support/fake-alert-chat.ts';
import { conditionAt, lossAt } from '../support/desk-world.ts';

const gone = { key: 'member-gone pg3', situation: 'member-gone', about: 'pg3' } as const;
const slot = { key: 'slot-inactive s1', situation: 'slot-inactive', about: 's1' } as const;
const both = applySignal(incidentOf(conditionAt(0, 'raised', gone), 'a', 'alerts'), conditionAt(30, 'raised', slot));

describe('the message of a condition', () => {
  it('says what, how bad, since when, what belongs to it, and where to look first', () => {
    expect(linesOf(incidentMessage(both, ['S0ONCALL', 'U0LEAD']))).toEqual([
      'billing: member gone, pg3',
      'pg3 is behind.',
      'Warning: for the working day, since 2026-11-22T12:00:00Z',
      'For @S0ONCALL @U0LEAD',
      'Belongs together:',
      's1 is behind',
      expect.stringMatching(/^First look: /),
      expect.stringMatching(/^Likely cause: /),
      expect.stringMatching(/^Incident i/),
    ]);
  });

  it('shows what is over beside what lasts, and nobody is called any more by name once it is taken up', () => {
    const taken = { ...both, acts: [{ act: 'acknowledge' as const, by: 'U0ANNA', atMs: lossAt(40).atMs, note: 'looking' }] };
    const lines = linesOf(incidentMessage(applySignal(taken, conditionAt(90, 'cleared', slot)), ['S0ONCALL']));
    expect(lines).toContain('slot inactive, s1: over after 1 min');
    expect(lines).toContain('Acknowledged by @U0ANNA 2026-11-22T12:00:40Z: looking');
    expect(lines.join()).not.toContain('S0ONCALL');
  });

  it('stays short when very much belongs together', () => {
    let incident = both;
    for (let i = 0; i < 60; i += 1)
      incident = applySignal(incident, conditionAt(60 + i, 'raised', { ...slot, key: `slot ${i}` }));
    const lines = linesOf(incidentMessage(incident));
    expect(lines).toContain('and 49 more');
    expect(lines.length).toBeLessThan(30);
  });
});

describe('a leader that is lost again in one incident', () => {
  it('shows the change of now, not the one before', () => {
    const first = applySignal(incidentOf(lossAt(0, { flapping: 3 }), 'a', 'alerts'), lossAt(1, { kind: 'led', to: 'pg2' }));
    const again = applySignal({ ...first, provenAtMs: lossAt(2).atMs }, lossAt(60, { from: 'pg2', flapping: 4 }));
    expect(again).toMatchObject({ from: 'pg2', lostAtMs: lossAt(60).atMs, flapping: { changes: 4 } });
    expect([again.to, again.provenAtMs]).toEqual([undefined, undefined]);
    expect(linesOf(incidentMessage(again))[0]).toBe('billing: leader changes again and again, 4 times');
  });
});

describe('what lists incidents', () => {
  it('gives each its name, what it is and since when', () => {
    const card = linesOf(incidentsCard([both], { nowMs: lossAt(120).atMs, all: false }));
    expect(card[0]).toBe('1 open incident');
    expect(card[1]).toMatch(/^i\w{7} billing: member gone, pg3 · warning, since 2 min$/);
    expect(linesOf(incidentsCard([], { nowMs: 0, of: 'billing', all: true }))).toEqual(['No open incident of billing']);
  });

  it('shows one whole, with the file and without buttons that would not be its own', () => {
    const card = incidentCard(both);
    expect(card.attachments?.[0]?.name).toMatch(/^incident-i\w{7}\.md$/);
    expect(card.parts.some((part) => 'buttons' in part)).toBe(false);
    expect(linesOf(card)).toContain('2026-11-22T12:00:30Z s1 is behind');
  });
});
