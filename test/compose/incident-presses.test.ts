import { describe, expect, it } from 'vitest';
import { incidentOf } from '../../src/alerts/apply-signal.ts';
import { incidentButtons } from '../../src/alerts/incident-buttons.ts';
import { incidentPresses } from '../../src/compose/incident-presses.ts';
import { incidentName } from '../../src/core/incident-name.ts';
import { NeedsReason } from '../../src/core/needs-reason.ts';
import type { Asker } from '../../src/core/person.ts';
import { lossAt } from '../support/desk-world.ts';
import { noIncidentLedger } from '../support/no-incidents.ts';

const anna: Asker = { userId: 'U0ANNA', teamId: 'T1', userName: 'anna', channelId: 'C1', via: 'slack' };
const loss = incidentOf(lossAt(0), '77-5-billing', 'alerts');
const name = incidentName(loss.id);
const said = (summary: string) => ({ summary, parts: [] });

function setUp(answer: () => Promise<ReturnType<typeof said> | undefined> = async () => said('fine')) {
  const typed: string[] = [];
  const wishes = new Map<string, { text: string; userId: string }>();
  const presses = incidentPresses({
    async desk(text) {
      typed.push(text);
      return answer();
    },
    ledger: { ...noIncidentLedger, acknowledge: async (id, by) => said(`${id} by ${by.userId}`) },
    named: async (wanted) => (wanted === name ? loss : undefined),
    wishes: { put: async (id, wish) => void wishes.set(id, wish), take: async () => undefined },
  });
  return { presses, typed, wishes };
}

describe('the buttons of an incident', () => {
  it('are all known, and carry nothing but its name', () => {
    const { presses } = setUp();
    const buttons = incidentButtons(loss).flatMap((part) => ('buttons' in part ? part.buttons : []));
    expect(buttons.length).toBeGreaterThan(4);
    for (const { action, value } of buttons) {
      expect(Object.keys(presses.buttons)).toContain(action);
      expect(value).toMatch(new RegExp(`^${name}(:\\d+)?$`));
    }
  });

  it('type an offered command the way people do, so that the same gate decides', async () => {
    const { presses, typed } = setUp();
    expect(await presses.buttons['incident-offer']?.(`${name}:0`, anna)).toEqual({ ephemeral: said('fine') });
    expect(typed).toEqual(['status billing']);
  });

  it('ask for the reason that the policy wants before a change', async () => {
    const { presses, wishes } = setUp(() => Promise.reject(new NeedsReason('a reason is needed', 'Say why.')));
    expect(await presses.buttons['incident-offer']?.(`${name}:0`, anna)).toMatchObject({ modal: { callback: 'reason' } });
    expect([...wishes.values()]).toEqual([{ text: 'status billing', userId: 'U0ANNA' }]);
  });

  it('type nothing that a click brought along', async () => {
    const { presses, typed } = setUp();
    for (const value of [`${name}:99`, 'switchover billing', `${name}:0 --force`, 'izzzzzzz:0'])
      await expect(presses.buttons['incident-offer']?.(value, anna)).rejects.toThrow('this is not offered any more');
    expect(typed).toEqual([]);
  });
});
