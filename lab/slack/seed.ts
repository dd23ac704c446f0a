import { randomBytes } from 'node:crypto';

/** Somebody in the workspace, as Slack's `users.info` describes people. */
export interface Person {
  id: string;
  /** Slack handle; tests name people by it. */
  name: string;
  /** Shown on the page, so the role is part of it. */
  realName: string;
  email: string;
  /** The person's own team: another one than the workspace's makes a stranger from a shared channel. */
  teamId: string;
  deleted: boolean;
  guest: 'none' | 'multi-channel' | 'single-channel';
}

export interface Channel {
  id: string;
  name: string;
  topic: string;
  /** Person ids, without the bot. */
  members: string[];
  botIsMember: boolean;
  archived: boolean;
  /** Shared with another organisation (Slack Connect). */
  extShared: boolean;
}

export interface UserGroup {
  id: string;
  handle: string;
  name: string;
  users: string[];
}

/** The Slack app that the bot connects as. */
export interface SlackApp {
  appId: string;
  botUserId: string;
  botId: string;
  botName: string;
  botToken: string;
  appToken: string;
  signingSecret: string;
}

export interface Seed {
  team: { id: string; name: string; domain: string };
  app: SlackApp;
  people: Person[];
  channels: Channel[];
  groups: UserGroup[];
}

const home = 'T0LUMEN';
const partner = 'T0HARBOR';

/**
 * The workspace of the demo and the tests, with tokens of its own each time.
 * Vera views, Olga operates, Adam and Anna approve, Gus is a guest; Dora has left and Pat belongs to another company.
 */
export function seedWorkspace(): Seed {
  const people = [
    person('vera', 'Vera Lindqvist (viewer)'),
    person('olga', 'Olga Marin (operator)'),
    person('adam', 'Adam Okafor (approver)'),
    person('anna', 'Anna Kovacs (approver)'),
    person('gus', 'Gus Tanaka (guest)', { guest: 'multi-channel' }),
    person('dora', 'Dora Weiss (left the company)', { deleted: true }),
    person('pat', 'Pat Rivera (Harbor, partner)', { teamId: partner, email: 'pat@harbor.example' }),
  ];
  const staff = ['vera', 'olga', 'adam', 'anna', 'gus', 'dora'].map(userId);
  return {
    team: { id: home, name: 'Lumen', domain: 'lumen' },
    app: {
      appId: 'A0TRUNKLINE',
      botUserId: 'U0TRUNKLINE',
      botId: 'B0TRUNKLINE',
      botName: 'trunkline',
      botToken: `xoxb-${secret()}`,
      appToken: `xapp-${secret()}`,
      signingSecret: secret(),
    },
    people,
    channels: [
      channel('db-ops', 'Ask the bot here: /pg help', staff),
      channel('db-alerts', 'Leader changes and other incidents', staff),
      channel('db-audit', 'Kept for the audit log; nothing is posted here yet', staff),
      { ...channel('partners', 'Shared with Harbor', [...staff, userId('pat')]), extShared: true },
    ],
    groups: [
      group('db-viewers', 'Database viewers', ['vera', 'olga', 'adam', 'anna', 'gus']),
      group('db-operators', 'Database operators', ['olga', 'adam']),
      group('db-approvers', 'Database approvers', ['adam', 'anna']),
    ],
  };
}

/** The same workspace without those who left: nobody should act as them on the page. */
export function withoutLeavers(seed: Seed): Seed {
  const people = seed.people.filter((each) => !each.deleted);
  const known = new Set(people.map((each) => each.id));
  const channels = seed.channels.map((each) => ({ ...each, members: each.members.filter((id) => known.has(id)) }));
  return { ...seed, people, channels };
}

function secret(): string {
  return randomBytes(16).toString('hex');
}

function userId(name: string): string {
  return `U0${name.toUpperCase()}`;
}

function person(name: string, realName: string, rest: Partial<Person> = {}): Person {
  return {
    id: userId(name),
    name,
    realName,
    email: `${name}@lumen.example`,
    teamId: home,
    deleted: false,
    guest: 'none',
    ...rest,
  };
}

function channel(name: string, topic: string, members: string[]): Channel {
  const id = `C0${name.replace('-', '').toUpperCase()}`;
  return { id, name, topic, members, botIsMember: true, archived: false, extShared: false };
}

function group(handle: string, name: string, names: string[]): UserGroup {
  return { id: `S0${handle.replace('-', '').toUpperCase()}`, handle, name, users: names.map(userId) };
}
