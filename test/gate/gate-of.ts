import { type Asker, type Identity, type PersonRole, ROLES } from '../../src/core/person.ts';
import { createGate, type Directory, type GateConfig } from '../../src/gate/gate.ts';
import type { RoleGrant } from '../../src/gate/rights.ts';

export const HOME = 'T0HOME00';

/** A built-in role that is granted to people. */
export const grant = (role: PersonRole, users: readonly string[], rest: Partial<RoleGrant> = {}): RoleGrant => ({
  ...{ role, may: ROLES[role], users, groups: [] },
  ...rest,
});

/** Two clusters of two environments, and one person of each kind. */
export const config: GateConfig = {
  homeTeamId: HOME,
  clusters: [
    { name: 'billing', environment: 'production' },
    { name: 'shop', environment: 'staging' },
  ],
  grants: [
    grant('viewer', ['U0VIEWER']),
    grant('operator', ['U0STAGING'], { environments: ['staging'] }),
    grant('operator', ['U0REINIT'], { clusters: ['billing'], runbooks: ['reinit'] }),
    grant('approver', ['U0APPROVER', 'U0ASKER'], { clusters: ['billing'], groups: ['S0DBA'] }),
    { ...grant('viewer', ['U0JUDGE']), role: 'judge', may: ['approve'] },
    grant('admin', ['U0ADMIN']),
    grant('admin', ['U0LOCALADMIN'], { clusters: ['billing'] }),
  ],
  ceilings: { byChannel: {} },
  policies: [
    {
      risk: ['interrupts-writes'],
      environments: ['production'],
      approvals: 2,
      reasonRequired: true,
      expiresIn: 9,
      startWithin: 5,
    },
    { risk: ['interrupts-writes', 'reads'], approvals: 0, reasonRequired: false, expiresIn: 9, startWithin: 5 },
  ],
  freezes: [],
  leastApprovals: () => 0,
};

export function person(changes: Partial<Identity> = {}): Identity {
  const plain = { isGuest: false, isBot: false, isDeactivated: false, groups: [] };
  return { userId: 'U0VIEWER', teamId: HOME, displayName: 'x', ...plain, ...changes };
}

interface Scene {
  /** What Slack says of whoever is asked for. */
  readonly who?: Partial<Identity>;
  readonly config?: Partial<GateConfig>;
  readonly directory?: Partial<Directory>;
  readonly channel?: { readonly isExternallyShared?: boolean; readonly isDirectMessage?: boolean };
}

export function gateWith({ who = {}, config: rules = {}, directory = {}, channel = {} }: Scene = {}) {
  return createGate(
    { ...config, ...rules },
    {
      identity: async (userId) => person({ userId, ...who }),
      channel: async (id) => ({ id, name: 'db-ops', isExternallyShared: false, isDirectMessage: false, ...channel }),
      ...directory,
    },
  );
}

export const asker = (userId: string, changes: Partial<Asker> = {}): Asker => ({
  ...{ userId, teamId: HOME, userName: 'x', channelId: 'C0OPS000', via: 'slack' },
  ...changes,
});

/** What somebody is told who is refused, with the hint; `let in` otherwise. */
export const told = (answer: Promise<void>): Promise<string> =>
  answer.then(
    () => 'let in',
    (e: Error & { hint: string }) => `${e.message} ${e.hint}`,
  );
