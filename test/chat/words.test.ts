import { describe, expect, it } from 'vitest';
import { createFakeClock } from './fake-clock.ts';
import { createFakeLog } from './fake-web-api.ts';
import { createMemory, createOnce } from '../../src/chat/once.ts';
import { errorMessage } from '../../src/chat/words.ts';
import { bug, refusal, stale, unauthorised, unreachable } from '../../src/core/errors.ts';

describe('errorMessage', () => {
  it.each([
    [refusal('pg2 is 40 MiB behind', 'Wait.'), 'Not done: pg2 is 40 MiB behind.'],
    [unreachable('etcd does not answer', 'Look at it.'), 'Not reachable: etcd does not answer.'],
    [unauthorised('guests are not served', 'Ask a colleague.'), 'Not allowed: guests are not served.'],
    [stale('the leader changed', 'Ask anew.'), 'Out of date: the leader changed.'],
  ])('says what happened and what to do next', (error, summary) => {
    const message = errorMessage(error, 'e1234');
    expect(message.summary).toBe(summary);
    expect(message.parts).toContainEqual({ line: error.hint });
    expect(JSON.stringify(message)).not.toContain('e1234');
  });

  it('shows the commands of a hint as code, because people copy them', () => {
    const { parts } = errorMessage(refusal('it is late', 'See `/pg runs`; or wait.'), 'e1234');
    expect(parts).toContainEqual({ line: ['See ', { code: '/pg runs' }, '; or wait.'] });
  });

  it('gives a reference for what only the log can explain', () => {
    expect(JSON.stringify(errorMessage(bug('impossible move'), 'e1234'))).toContain('e1234');
    const unforeseen = JSON.stringify(errorMessage(new Error('connect to postgres://u:p@h failed'), 'e1234'));
    expect(unforeseen).toContain('e1234');
    expect(unforeseen).not.toContain('postgres');
  });
});

describe('once', () => {
  it('asks the store, so that two processes do not both act', async () => {
    const once = createOnce({ seenBefore: async (key) => key === 'seen', clock: createFakeClock(), log: createFakeLog() });
    expect(await once('seen')).toBe(false);
    expect(await once('new')).toBe(true);
    expect(await once('new')).toBe(false);
  });

  it('goes on by its own memory when the store hangs or is down', async () => {
    const clock = createFakeClock();
    const once = createOnce({ seenBefore: () => new Promise(() => undefined), clock, log: createFakeLog() });
    expect(await clock.until(once('a'))).toBe(true);
    expect(await clock.until(once('a'))).toBe(false);
  });

  it('forgets after its time', async () => {
    const clock = createFakeClock();
    const memory = createMemory(clock);
    expect(memory.seen('a', 1000)).toBe(false);
    expect(memory.has('a')).toBe(true);
    await clock.advance(1000);
    expect(memory.has('a')).toBe(false);
    expect(memory.seen('a', 1000)).toBe(false);
  });
});
