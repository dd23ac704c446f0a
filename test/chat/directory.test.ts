import { describe, expect, it } from 'vitest';
import { createDirectory } from '../../src/chat/directory.ts';
import { createLane } from '../../src/chat/lane.ts';
import { createFakeClock } from './fake-clock.ts';
import { createFakeLog, createFakeWebApi, cut, rateLimited, refused } from './fake-web-api.ts';

function setUp() {
  const clock = createFakeClock();
  const api = createFakeWebApi();
  const log = createFakeLog();
  const groups: Record<string, string[]> = { S0APPROVERS: ['U0ADAM'], S0OPERATORS: ['U0ADAM', 'U0OLGA'] };
  api.answer('users.info', ({ user }) => ({
    ok: true,
    user: { id: user, team_id: 'T0HOME', profile: { display_name: 'Adam' } },
  }));
  api.answer('usergroups.users.list', ({ usergroup }) => {
    const users = groups[String(usergroup)];
    if (!users) throw refused('no_such_subteam');
    return { ok: true, users };
  });
  api.answer('conversations.info', ({ channel }) => ({
    ok: true,
    channel: { id: channel, name: 'db-ops', is_ext_shared: true },
  }));
  const lane = createLane({ name: 'interaction', api, clock, log });
  const directory = createDirectory({ lane, clock, log, groups: ['S0APPROVERS', 'S0OPERATORS', 'S0GONE'] });
  return { clock, api, log, groups, directory };
}

describe('directory', () => {
  it('says who a person is and in which of the configured groups', async () => {
    const { directory } = setUp();
    expect(await directory.person('U0ADAM')).toEqual({
      userId: 'U0ADAM',
      teamId: 'T0HOME',
      displayName: 'Adam',
      isGuest: false,
      isBot: false,
      isDeactivated: false,
      groups: ['S0APPROVERS', 'S0OPERATORS'],
    });
  });

  it('recognises guests, strangers, bots, the deactivated and people of other workspaces', async () => {
    const { api, directory } = setUp();
    api.answer('users.info', ({ user }) => ({
      ok: true,
      user: { id: user, team_id: 'T0OTHER', is_ultra_restricted: true, is_bot: true, deleted: true },
    }));
    expect(await directory.person('U0GUS')).toMatchObject({ teamId: 'T0OTHER', isGuest: true, isBot: true, isDeactivated: true });
    api.answer('users.info', ({ user }) => ({ ok: true, user: { id: user, is_stranger: true } }));
    expect(await directory.person('U0PAT')).toMatchObject({ teamId: '', isGuest: true });
  });

  it('names the configured groups that exist by their handle, with the people in them', async () => {
    const { api, directory } = setUp();
    api.answer('usergroups.list', () => ({
      ok: true,
      usergroups: [
        { id: 'S0APPROVERS', handle: 'db-approvers' },
        { id: 'S0SALES', handle: 'sales' },
      ],
    }));
    expect(await directory.groups()).toEqual([{ id: 'S0APPROVERS', handle: 'db-approvers', users: ['U0ADAM'] }]);
    api.answer('usergroups.list', () => {
      throw refused('missing_scope');
    });
    await expect(directory.groups()).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it('asks again for a vote, because membership may have ended a second ago', async () => {
    const { groups, directory } = setUp();
    await directory.person('U0ADAM');
    groups.S0APPROVERS = [];
    expect((await directory.person('U0ADAM'))?.groups).toContain('S0APPROVERS');
    expect((await directory.person('U0ADAM', { fresh: true }))?.groups).toEqual(['S0OPERATORS']);
    expect((await directory.person('U0ADAM'))?.groups).toEqual(['S0OPERATORS']);
  });

  it('remembers reads for less than a minute', async () => {
    const { clock, api, directory } = setUp();
    await directory.person('U0ADAM');
    await directory.person('U0ADAM');
    expect(api.of('users.info')).toHaveLength(1);
    await clock.advance(60_000);
    await directory.person('U0ADAM');
    expect(api.of('users.info')).toHaveLength(2);
  });

  it('lets nobody in when Slack can not be asked, and does not remember the failure', async () => {
    const { clock, api, directory } = setUp();
    for (let n = 0; n < 20; n += 1) api.fault('users.info', cut);
    await expect(clock.until(directory.person('U0ADAM', { fresh: true }))).rejects.toMatchObject({ kind: 'unreachable' });
    for (let n = 0; n < 20; n += 1) api.fault('usergroups.users.list', rateLimited(60));
    await expect(clock.until(directory.person('U0OLGA', { fresh: true }))).rejects.toMatchObject({ kind: 'unreachable' });
    await clock.advance(3_600_000);
    await expect(clock.until(directory.person('U0NEW'))).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it('answers within seconds although Slack is away, because a person waits', async () => {
    const { clock, api, directory } = setUp();
    for (let n = 0; n < 50; n += 1) api.fault('users.info', cut);
    const started = clock.now();
    await expect(clock.until(directory.person('U0ADAM'))).rejects.toMatchObject({ kind: 'unreachable' });
    expect(clock.now() - started).toBeLessThanOrEqual(5000);
  });

  it('refuses an answer that is not what Slack documents, rather than guess that somebody is no guest', async () => {
    const { api, directory } = setUp();
    api.answer('users.info', () => ({ ok: true, user: { id: 'U0ADAM', is_restricted: 'no' } }));
    await expect(directory.person('U0ADAM')).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it('lists the people of a group for those who are to be told, and says so when Slack can not be asked', async () => {
    const { api, directory } = setUp();
    expect(await directory.members('S0OPERATORS')).toEqual(['U0ADAM', 'U0OLGA']);
    expect(await directory.members('S0GONE')).toEqual([]);
    api.answer('usergroups.users.list', () => {
      throw refused('missing_scope');
    });
    await expect(directory.members('S0APPROVERS')).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it('knows nobody of that id', async () => {
    const { api, directory } = setUp();
    api.answer('users.info', () => {
      throw refused('user_not_found');
    });
    expect(await directory.person('U0NOBODY')).toBeUndefined();
  });

  it('says that a channel is shared with another organisation', async () => {
    const { directory } = setUp();
    expect(await directory.channel('C0PARTNERS')).toEqual({
      id: 'C0PARTNERS',
      name: 'db-ops',
      isExternallyShared: true,
      isDirectMessage: false,
    });
  });

  it('refuses a channel that the bot can not see, with what to do', async () => {
    const { api, directory } = setUp();
    api.answer('conversations.info', () => {
      throw refused('channel_not_found');
    });
    await expect(directory.channel('C0SECRET')).rejects.toMatchObject({
      kind: 'refusal',
      hint: expect.stringContaining('Invite'),
    });
  });
});
