import { asError, refusal, unauthorised } from '../core/errors.ts';
import type { Asker, ChannelFacts, Identity, Permission, Subject } from '../core/person.ts';
import type { Risk } from '../core/plan.ts';
import { type Approvers, approversOf } from './approvers.ts';
import { holdingsOf, loweredHere, type Presence, type Rules, strangeness, visibleOf, type WhyNot, whyNot } from './authorise.ts';
import { type FreezeRule, type Policy, type PolicyRule, policyFor } from './policy.ts';
import { reasonFlaw, type Said } from './reason-flaw.ts';
import { allowsSomewhere } from './rights.ts';
import { type Closed, whenAllowed } from './when-allowed.ts';

/** What Slack says of people and channels, asked anew at each call. */
export interface Directory {
  /** `undefined` when nobody has that id. @throws when Slack can't be asked. */
  identity(userId: string): Promise<Identity | undefined>;
  /** @throws when Slack can't be asked. */
  channel(channelId: string): Promise<ChannelFacts>;
}

export interface GateConfig extends Rules {
  readonly policies: readonly PolicyRule[];
  readonly freezes: readonly FreezeRule[];
  /** Approvals that a runbook takes at least, whatever the policy says; 0 for most. */
  readonly leastApprovals: (runbook: string) => number;
}

export interface Gate {
  /**
   * Lets an asker do something, by what Slack says of person and channel at this moment. Without a subject, seeing asks for any
   * cluster and everything else for all of them.
   * @throws Unauthorised with what is missing, also when Slack can't be asked; Refusal as for an unknown cluster when the asker
   * may not see it here.
   */
  admit(asker: Asker, need: Permission, subject?: Subject): Promise<void>;
  /** The same question about a person alone, without a channel, as it is asked again before a run starts. Resolves with why not. */
  lacks(userId: string, need: Permission, subject: Subject): Promise<string | undefined>;
  /**
   * What an asker may do where, read once for one question.
   * @throws Unauthorised for strangers, shared channels and people without any role, also when Slack can't be asked.
   */
  standing(asker: Asker): Promise<Standing>;
  /** `atMs`: when it would start (epoch milliseconds); where it is given, a time at which nothing may start is not allowed. */
  policy(risk: Risk, subject: Subject, atMs?: number): Policy;
  /** What the policy finds wrong with a reason; `undefined` when nothing. */
  reasonFlaw(risk: Risk, subject: Subject, reason: string | undefined): Said | undefined;
  /** Why the policy lets nothing start at a moment (epoch milliseconds): outside of a window, a freeze, no policy at all. */
  closed(risk: Risk, subject: Subject, atMs: number): (Said & Pick<Closed, 'opensAtMs'>) | undefined;
  approvers(subject: Subject, without: readonly string[]): Approvers;
}

/** What a person may do here at one moment. */
export interface Standing {
  /** The roles that they were granted anywhere. */
  readonly roles: readonly string[];
  /** True when there is something here that it may be done to; by that runbook when one is given. */
  maySomewhere(need: Permission, runbook?: string): boolean;
  /** Why it may not be done to this; `undefined` when it may. */
  whyNot(need: Permission, subject: Subject): Said | undefined;
  /** Why here nobody may do what this person may do elsewhere; `undefined` when that is not so. */
  loweredHere(need: Permission, runbook?: string): Said | undefined;
  /** Names of the clusters that may be seen here. */
  readonly visible: readonly string[];
  /** Nobody else reads here: a direct message with the bot, or no channel at all. */
  readonly isPrivate: boolean;
}

/** May this happen? The impure shell around the rules: it asks Slack afresh and fails closed. */
export function createGate(config: GateConfig, directory: Directory): Gate {
  const person = async (userId: string, teamId: string) => {
    if (teamId !== config.homeTeamId) return { ...STRANGER, userId, teamId };
    return asked(() => directory.identity(userId), 'who you are');
  };
  const channelOf = async ({ via, channelId }: Asker) =>
    via === 'slack' ? asked(() => directory.channel(channelId), 'which channel this is') : undefined;
  const presenceOf = async (asker: Asker): Promise<Presence> => {
    const [who, channel] = await Promise.all([person(asker.userId, asker.teamId), channelOf(asker)]);
    return { person: who, channel };
  };

  return {
    ...policiesOf(config),
    async admit(asker, need, subject) {
      const presence = await presenceOf(asker);
      const why = whyNot(presence, config, need, subject);
      if (!why) return;
      if (why.hidden && subject) throw unknownCluster(subject.cluster, visibleOf(holdingsOf(presence, config), config));
      throw unauthorised(toYou(why), why.hint);
    },
    async lacks(userId, need, subject) {
      if (!config.clusters.some(({ name }) => name === subject.cluster))
        return `${subject.cluster} is no longer in the configuration`;
      return whyNot({ person: await person(userId, config.homeTeamId) }, config, need, subject)?.says;
    },
    async standing(asker) {
      const presence = await presenceOf(asker);
      const strange = strangeness(presence, config) ?? whyNot(presence, config, 'see');
      if (strange) throw unauthorised(toYou(strange), strange.hint);
      return standingOf(presence, config);
    },
    approvers: (subject, without) => approversOf(config, subject, without),
  };
}

function standingOf(presence: Presence, config: GateConfig): Standing {
  const holdings = holdingsOf(presence, config);
  return {
    roles: [...new Set(holdings.own.map(({ role }) => role))],
    visible: visibleOf(holdings, config),
    isPrivate: presence.channel?.isDirectMessage ?? true,
    maySomewhere: (need, runbook) => allowsSomewhere(holdings.here, need, runbook),
    loweredHere: (need, runbook) => loweredHere(presence, config, need, runbook),
    whyNot(need, subject) {
      const why = whyNot(presence, config, need, subject);
      return why && { says: toYou(why), hint: why.hint };
    },
  };
}

function policiesOf({ policies, freezes, clusters, leastApprovals }: GateConfig): Pick<Gate, 'policy' | 'reasonFlaw' | 'closed'> {
  const environmentOf = (cluster: string) => clusters.find(({ name }) => name === cluster)?.environment ?? '';
  const policy = (risk: Risk, { cluster, runbook }: Subject) =>
    atLeast(
      runbook === undefined ? 0 : leastApprovals(runbook),
      policyFor(policies, freezes, { risk, runbook, place: { name: cluster, environment: environmentOf(cluster) } }),
    );
  const closedBy = (found: Extract<Policy, { allowed: true }>, atMs: number) => {
    const closed = whenAllowed(found, atMs);
    return closed && { ...closed, hint: LATER };
  };
  return {
    policy(risk, subject, atMs) {
      const found = policy(risk, subject);
      const closed = found.allowed && atMs !== undefined ? closedBy(found, atMs) : undefined;
      return closed ? { allowed: false, says: closed.says, hint: closed.hint } : found;
    },
    reasonFlaw(risk, subject, reason) {
      const found = policy(risk, subject);
      return found.allowed ? reasonFlaw(found, reason, { risk, environment: environmentOf(subject.cluster) }) : found;
    },
    closed(risk, subject, atMs) {
      const found = policy(risk, subject);
      return found.allowed ? closedBy(found, atMs) : found;
    },
  };
}

/** What a runbook itself asks for; nobody confirms alone what others must approve. */
function atLeast(least: number, policy: Policy): Policy {
  if (!policy.allowed || policy.approvals >= least) return policy;
  return { ...policy, approvals: least, confirm: false };
}

const LATER = 'Ask again when it is allowed, or let an owner of Trunkline change `policies` or `freezes`.';
const STRANGER = { displayName: '', isGuest: false, isBot: false, isDeactivated: false, groups: [] };

async function asked<T>(ask: () => Promise<T>, what: string): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const hint = 'Nothing was changed. Try again when Slack answers.';
    throw unauthorised(`Slack could not be asked ${what} (${asError(error).message}), so it is refused`, hint);
  }
}

function unknownCluster(name: string, visible: readonly string[]) {
  const known = [...visible].sort();
  const hint = known.length > 0 ? `The clusters that you may see: ${known.join(', ')}.` : 'No cluster is open to you here.';
  return refusal(`there is no cluster ${JSON.stringify(name.slice(0, 63))}`, hint);
}

function toYou({ says }: WhyNot): string {
  if (says === 'no role is granted') return `${says} to you`;
  return says.startsWith('may not ') ? `you ${says}` : says;
}
