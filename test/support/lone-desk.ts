import { createDesk } from '../../src/alerts/desk.ts';
import type { AlertChat } from '../../src/alerts/ports.ts';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import { quietLog } from './quiet-log.ts';

/** The time is real, but pauses between tries are short. */
const impatient: Clock = { ...systemClock, sleep: (millis, stop) => systemClock.sleep(Math.min(millis, 20), stop) };

/** A desk that keeps nothing, on a store that only says whose an incident is. */
export function deskOn(chat: AlertChat, claim: () => Promise<boolean>, ownerMs = 10_000, clock: Clock = impatient) {
  const nothing = async () => undefined;
  return createDesk({
    ...{ chat, channel: 'alerts', clock, log: quietLog, ownerMs },
    facts: {
      prove: async () => ({ primary: false, why: 'no database here' }),
      streaming: async () => ({ all: false, waitsFor: 'no database here' }),
      ourRun: nothing,
      tellRun: async () => ({ channel: 'ops', ts: '0' }),
    },
    signals: { told: nothing, claim, close: nothing, position: nothing },
    incidents: { save: nothing, load: nothing, open: async () => [], changed: nothing },
  });
}
