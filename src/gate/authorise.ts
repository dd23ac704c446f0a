import type { ChannelFacts, Identity, Permission, Subject } from '../core/person.ts';
import { type Ceilings, ceilingOf } from './ceiling.ts';
import { allows, allowsEverywhere, allowsSomewhere, type Place, type Right, type RoleGrant, rightsOf } from './rights.ts';

/** The rules, as the configuration says them. */
export interface Rules {
  readonly homeTeamId: string;
  readonly grants: readonly RoleGrant[];
  readonly ceilings: Ceilings;
  readonly clusters: readonly Place[];
}

/** Somebody, somewhere, by what Slack says of both now. */
export interface Presence {
  /** `undefined` when there is nobody of that id. */
  readonly person: Identity | undefined;
  /** Absent when it is not asked in a channel (a check before the start, the CLI). */
  readonly channel?: ChannelFacts | undefined;
}

/** Why not, as a clause without its subject or a sentence of its own, and what to do about it. */
export interface WhyNot {
  /** Nothing of the cluster may be told: the answer must be the one for a cluster that does not exist. */
  readonly hidden: boolean;
  /** `may not approve switchover on billing (role there: viewer)`; begins with "may not" or stands alone. */
  readonly says: string;
  readonly hint: string;
}

/** What somebody holds here: `own` is what they were granted, `here` what the channel leaves of it. */
export interface Holdings {
  readonly own: readonly Right[];
  readonly here: readonly Right[];
}

const OWNERS = 'Ask the owners of Trunkline to list you under `people` in its configuration.';
const ELSEWHERE = 'Do it in a channel that allows it, or in a direct message with the bot.';
const DOING: Readonly<Record<Permission, string>> = { see: 'see', ask: 'ask for', approve: 'approve', administer: 'administer' };

/** The reason why nobody like this is served at all, whatever is granted. */
export function strangeness({ person, channel }: Presence, { homeTeamId }: Pick<Rules, 'homeTeamId'>): WhyNot | undefined {
  const says =
    strangePerson(person, homeTeamId) ??
    (channel?.isExternallyShared ? 'this channel is shared with another organisation' : undefined);
  return says === undefined ? undefined : { hidden: false, says, hint: 'Ask the owners of Trunkline to be let in.' };
}

/** What a person holds in a place; nothing when they are strange. */
export function holdingsOf(presence: Presence, rules: Rules): Holdings {
  const { person, channel } = presence;
  if (!person || strangeness(presence, rules)) return { own: [], here: [] };
  return { own: rightsOf(person, rules), here: rightsOf(person, rules, ceilingOf(channel, rules.ceilings)) };
}

/** Names of the clusters that may be seen here; nothing else may be named, not even in a suggestion. */
export function visibleOf({ here }: Holdings, { clusters }: Pick<Rules, 'clusters'>): readonly string[] {
  return clusters.map(({ name }) => name).filter((name) => allows(here, 'see', name));
}

/**
 * Why this person may not do this here; `undefined` when they may. Everything that is not granted is refused. Without a subject,
 * seeing asks for any cluster and everything else for all of them.
 */
export function whyNot(presence: Presence, rules: Rules, need: Permission, subject?: Subject): WhyNot | undefined {
  const strange = strangeness(presence, rules);
  if (strange) return strange;
  const holdings = holdingsOf(presence, rules);
  const may = (rights: readonly Right[]) => mayDo(rights, rules, need, subject);
  if (may(holdings.here)) return need === 'approve' ? notAmong(presence.person, subject) : undefined;
  if (may(holdings.own)) return tooHigh(presence, rules, need, subject);
  return notGranted(need, subject, holdings);
}

function mayDo(rights: readonly Right[], { clusters }: Rules, need: Permission, subject: Subject | undefined): boolean {
  if (subject) return allows(rights, need, subject.cluster, subject.runbook);
  return need === 'see' ? allowsSomewhere(rights, need) : allowsEverywhere(rights, need, clusters);
}

/**
 * Why here nobody may do to anything what this person may do elsewhere; `undefined` when that is not so. By that runbook when one is
 * given.
 */
export function loweredHere(presence: Presence, rules: Rules, need: Permission, runbook?: string): WhyNot | undefined {
  const { own, here } = holdingsOf(presence, rules);
  if (allowsSomewhere(here, need, runbook) || !allowsSomewhere(own, need, runbook)) return undefined;
  const what = runbook === undefined ? `${DOING[need]} anything` : `${DOING[need]} ${runbook}`;
  return { hidden: false, says: `nobody may ${what} ${ceilingWords(presence, rules)}`, hint: ELSEWHERE };
}

function tooHigh(presence: Presence, rules: Rules, need: Permission, subject: Subject | undefined): WhyNot {
  const { here } = holdingsOf(presence, rules);
  const hidden = subject !== undefined && !allows(here, 'see', subject.cluster);
  return { hidden, says: `nobody may ${phrase(need, subject)} ${ceilingWords(presence, rules)}`, hint: ELSEWHERE };
}

/** Its clusters are not named: the reader may not see them. */
function ceilingWords({ channel }: Presence, { ceilings }: Rules): string {
  const { may = [], runbooks } = ceilingOf(channel, ceilings) ?? {};
  const most = `${may.join(', ') || 'nothing'}${runbooks ? `, by ${runbooks.join(', ')} only` : ''}`;
  return `${channel?.isDirectMessage ? 'in a direct message' : 'in this channel'} (at most: ${most})`;
}

function notGranted(need: Permission, subject: Subject | undefined, { own, here }: Holdings): WhyNot {
  if (own.length === 0) return { hidden: subject !== undefined, says: 'no role is granted', hint: OWNERS };
  const held = subject ? own.filter(({ clusters }) => clusters.includes(subject.cluster)) : own;
  const roles = [...new Set(held.map(({ role }) => role))].join(', ') || 'none';
  return {
    hidden: subject !== undefined && !allows(here, 'see', subject.cluster),
    says: `may not ${phrase(need, subject)} (role${subject ? ' there' : ''}: ${roles})`,
    hint: 'Ask somebody who may, or the owners of Trunkline for a role that lets you, under `people` in its configuration.',
  };
}

/** Where only the votes of some groups count, who else may approve is none of them. */
function notAmong(person: Identity | undefined, subject: Subject | undefined): WhyNot | undefined {
  const from = subject?.approvalsFrom;
  if (from === undefined || from.some((group) => person?.groups.includes(group))) return undefined;
  const groups = from.length === 1 ? `user group ${from[0]}` : `user groups ${from.join(', ')}`;
  return {
    hidden: false,
    says: `may not approve this, because only votes of the ${groups} count`,
    hint: `Ask one of them: \`/pg can ${subject?.cluster ?? 'CLUSTER'} ${subject?.runbook ?? 'RUNBOOK'}\` names them.`,
  };
}

function phrase(need: Permission, subject: Subject | undefined): string {
  if (!subject) return need === 'administer' ? 'administer Trunkline as a whole' : `${DOING[need]} anything`;
  if (need === 'see' || need === 'administer') return `${DOING[need]} ${subject.cluster}`;
  return `${DOING[need]} ${subject.runbook ?? 'every change'} on ${subject.cluster}`;
}

function strangePerson(person: Identity | undefined, homeTeamId: string): string | undefined {
  if (!person) return 'nobody is known by that id';
  if (person.teamId !== homeTeamId) return 'people of other workspaces are not served';
  if (person.isDeactivated) return 'this account is deactivated';
  if (person.isBot) return 'bots are not served';
  if (person.isGuest) return 'guests are not served';
  return undefined;
}
