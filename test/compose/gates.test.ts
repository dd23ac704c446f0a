import { describe, expect, it } from 'vitest';
import { SlackCallError } from '../../src/chat/lane.ts';
import type { SlackFailure } from '../../src/chat/slack-error.ts';
import { createGates } from '../../src/compose/gates.ts';
import { createSlackWord } from '../../src/compose/slack-word.ts';
import { unreachable } from '../../src/core/errors.ts';
import { type Asker, type Identity, ROLES } from '../../src/core/person.ts';
import type { KnownPerson } from '../../src/store/known-people.ts';
import { createFakeClock } from '../chat/fake-clock.ts';
import { quietLog } from '../support/quiet-log.ts';

const BILLING = { cluster: 'billing', runbook: 'switchover' };
const HOUR_MS = 3_600_000;
const HOME = 'T0HOME00';

function identity(changes: Partial<Identity> = {}): Identity {
  const plain = { isGuest: false, isBot: false, isDeactivated: false, groups: ['S0DBA'] };
  return { userId: 'U0ANNA', teamId: HOME, displayName: 'Anna', ...plain, ...changes };
}

/** Gates on a Slack that fails as said, or answers. */
function setUp(changes: Partial<Identity> = {}) {
  const clock = createFakeClock();
  const kept = new Map<string, KnownPerson>();
  const used: (number | undefined)[] = [];
  let failure: SlackFailure | 'silent' | undefined;
  let storeIsAway = false;
  let asked = 0;
  const word = createSlackWord({
    directory: {
      async person(userId) {
        asked += 1;
        if (failure === 'silent') await clock.sleep(100 * HOUR_MS);
        else if (failure)
          throw unreachable('who this is could not be established', 'x', new SlackCallError('users.info', failure, undefined));
        return identity({ userId, ...changes });
      },
    },
    kept: {
      async put(userId, person) {
        kept.set(userId, person);
      },
      async get(userId) {
        if (storeIsAway) throw unreachable('Redis is away', 'x');
        return kept.get(userId);
      },
    },
    clock,
    log: quietLog,
  });
  const gates = createGates(
    {
      homeTeamId: HOME,
      clusters: [{ name: 'billing', environment: 'production' }],
      grants: [{ role: 'approver', may: ROLES.approver, users: [], groups: ['S0DBA'] }],
      ...{ ceilings: { byChannel: {} }, policies: [], freezes: [], leastApprovals: () => 0 },
    },
    {
      ...{ word, clock, fresh: true, listed: new Set(['U0ANNA']), lastKnownForMs: 8 * HOUR_MS },
      channel: async (id) => ({ id, name: 'ops', isExternallyShared: false, isDirectMessage: false }),
      async stoodIn(_userId, atMs) {
        used.push(atMs);
      },
    },
  );
  return {
    ...{ clock, kept, used, word, gates },
    asked: () => asked,
    slack: (how: typeof failure) => {
      failure = how;
    },
    storeGoes: () => {
      storeIsAway = true;
    },
  };
}

const asker = (via: Asker['via'], userId = 'U0ANNA'): Asker => ({ userId, teamId: HOME, userName: 'x', channelId: 'C0OPS', via });
const DOWN: SlackFailure = { kind: 'unsent', says: 'connection refused' };

describe('while Slack can not be asked', () => {
  it('a vote from Slack is refused, and one of the command line counts by what Slack said last', async () => {
    const { gates, slack, clock, used } = setUp();
    await gates.admit(asker('cli'), 'approve', BILLING);
    const heardAtMs = clock.now();
    slack(DOWN);
    await clock.advance(2 * HOUR_MS);
    await expect(gates.admit(asker('slack'), 'approve', BILLING)).rejects.toThrow('Slack could not be asked who you are');
    await gates.admit(asker('cli'), 'approve', BILLING);
    expect(used.at(-1)).toBe(heardAtMs);
    await clock.advance(7 * HOUR_MS);
    await expect(gates.admit(asker('cli'), 'approve', BILLING)).rejects.toThrow(
      /what it said last is 9 h old, of which 8 h count/,
    );
  });

  it('the groups of a listed person are those that Slack gave last, for hours only, and each use is told', async () => {
    const { gates, slack, clock, used } = setUp();
    await gates.identity('cli', 'U0ANNA');
    const heardAtMs = clock.now();
    slack(DOWN);
    await clock.advance(HOUR_MS);
    expect(await gates.identity('cli', 'U0ANNA')).toMatchObject({ groups: ['S0DBA'] });
    expect(used.at(-1)).toBe(heardAtMs);
    await expect(gates.identity('slack', 'U0ANNA')).rejects.toThrow();
    expect(await gates.identity('cli', 'U0OLGA')).toBeUndefined();
    await clock.advance(8 * HOUR_MS);
    await expect(gates.identity('cli', 'U0ANNA')).rejects.toThrow('of which 8 h count');
  });

  it.each([
    ['deactivated', { isDeactivated: true }],
    ['a guest', { isGuest: true }],
    ['in no group', { groups: [] }],
  ])('who was %s then is refused now', async (_, changes) => {
    const { gates, slack } = setUp(changes);
    await expect(gates.admit(asker('cli'), 'approve', BILLING)).rejects.toThrow();
    slack(DOWN);
    await expect(gates.admit(asker('cli'), 'approve', BILLING)).rejects.toThrow();
  });

  it('who was never seen is refused, and so is who is not listed, even one that Slack knew', async () => {
    const { gates, slack, word } = setUp();
    await word.now('U0OLGA', true);
    slack(DOWN);
    await expect(gates.admit(asker('cli'), 'approve', BILLING)).rejects.toThrow('Slack has not said before who U0ANNA is');
    await expect(gates.admit(asker('cli', 'U0OLGA'), 'see')).rejects.toThrow('nobody is known by that id');
    expect(await gates.by('cli').lacks('U0OLGA', 'approve', BILLING)).toMatch(/nobody/);
    expect(await gates.by('last-known').lacks('U0OLGA', 'approve', BILLING)).toBeUndefined();
    await expect(gates.by('slack').lacks('U0OLGA', 'approve', BILLING)).rejects.toThrow('Slack could not be asked');
  });

  it('nobody waits long for a Slack that says nothing, and the next one not at all', async () => {
    const { gates, slack, clock, asked } = setUp();
    await gates.admit(asker('cli'), 'approve', BILLING);
    slack('silent');
    const before = clock.now();
    await clock.until(gates.admit(asker('cli'), 'approve', BILLING));
    expect(clock.now() - before).toBeLessThanOrEqual(4000);
    const times = asked();
    await gates.admit(asker('cli'), 'approve', BILLING);
    expect(asked()).toBe(times);
    slack(undefined);
    await clock.advance(10_000);
    await gates.admit(asker('cli'), 'approve', BILLING);
    expect(asked()).toBe(times + 1);
  });

  it('without the store too, what this process heard itself counts', async () => {
    const { gates, slack, storeGoes } = setUp();
    await gates.admit(asker('cli'), 'approve', BILLING);
    slack(DOWN);
    storeGoes();
    await gates.admit(asker('cli'), 'approve', BILLING);
  });
});

describe('while Slack is there but does not say', () => {
  it.each([
    ['our token is refused', { kind: 'refused', code: 'invalid_auth' }],
    ['it limits us', { kind: 'rate-limited', waitMs: 30_000 }],
  ] as const)('nothing stands in for it: %s', async (_, failure) => {
    const { gates, slack } = setUp();
    await gates.admit(asker('cli'), 'approve', BILLING);
    slack(failure);
    await expect(gates.admit(asker('cli'), 'approve', BILLING)).rejects.toThrow('Slack could not be asked who you are');
  });
});
