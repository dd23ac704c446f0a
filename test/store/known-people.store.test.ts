import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KnownPerson } from '../../src/store/known-people.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { storesOn } from '../support/store-of.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer();
});
afterAll(() => server.stop());

function person(atMs: number, groups: string[]): KnownPerson {
  const identity = {
    userId: 'U0ANNA',
    teamId: 'T0',
    displayName: 'Anna',
    isGuest: false,
    isBot: false,
    isDeactivated: false,
    groups,
  };
  return { version: 1, atMs, identity };
}

describe("slack's last word on a person", () => {
  it('is the newest, whichever process writes last, because an older one may name a group that the person has left', async () => {
    const [one, other] = storesOn(server, 2);
    await one?.knownPeople.put('U0ANNA', person(2000, []));
    await other?.knownPeople.put('U0ANNA', person(1000, ['S0DBA']));
    expect(await other?.knownPeople.get('U0ANNA')).toEqual(person(2000, []));
    await one?.knownPeople.put('U0ANNA', { version: 1, atMs: 3000, identity: null });
    expect(await one?.knownPeople.get('U0ANNA')).toEqual({ version: 1, atMs: 3000, identity: null });
    expect(await one?.knownPeople.get('U0NOBODY')).toBeUndefined();
  });
});
