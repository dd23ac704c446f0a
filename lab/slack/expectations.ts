import type { Delivery } from './delivery.ts';
import type { Tampering } from './signature.ts';

/**
 * Ties what a test does to the delivery that it causes. local-slack builds the payload in between and knows nothing of who
 * asked, so the two are matched by what is done (`key`), first come first served.
 */
export interface Expectations {
  expect(key: string, tampering: Tampering): Promise<Delivery>;
  /** The tampering asked for the delivery of this key, and what to tell whoever waits for it. */
  claim(key: string): { readonly tampering: Tampering; readonly settle: (delivery: Delivery) => void };
}

export function openExpectations(): Expectations {
  const waiting = new Map<string, { tampering: Tampering; settle: (delivery: Delivery) => void }[]>();
  return {
    expect: (key, tampering) =>
      new Promise((settle) => {
        waiting.set(key, [...(waiting.get(key) ?? []), { tampering, settle }]);
      }),
    claim(key) {
      const [first, ...rest] = waiting.get(key) ?? [];
      if (rest.length > 0) waiting.set(key, rest);
      else waiting.delete(key);
      return first ?? { tampering: 'none', settle: () => undefined };
    },
  };
}

export function commandKey(user: string, channel: string, command: string, text: string): string {
  return JSON.stringify(['command', user, channel, command, text]);
}

export function clickKey(user: string, channel: string, ts: string, actionId: string): string {
  return JSON.stringify(['click', user, channel, ts, actionId]);
}
