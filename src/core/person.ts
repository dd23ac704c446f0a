/** All that a person can be let do: a closed list. Whoever may do anything to a cluster may see it. */
export const PERMISSIONS = ['see', 'ask', 'approve', 'administer'] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** The roles that come with Trunkline, as sets of permissions; the configuration may define the team's own beside them. */
export const ROLES = {
  viewer: ['see'],
  operator: ['see', 'ask'],
  approver: ['see', 'ask', 'approve'],
  admin: ['see', 'ask', 'approve', 'administer'],
} as const satisfies Readonly<Record<string, readonly Permission[]>>;
export type PersonRole = keyof typeof ROLES;

/** What somebody must be let do who types a command that is declared for a role. */
export const NEEDED: Readonly<Record<PersonRole, Permission>> = {
  viewer: 'see',
  operator: 'ask',
  approver: 'approve',
  admin: 'administer',
};

/** What a deed is about; a run is one. */
export interface Subject {
  readonly cluster: string;
  /** A grant for some runbooks only does not cover a deed without one. */
  readonly runbook?: string | undefined;
  /** User groups whose members' approvals count; those of all who may approve when absent. */
  readonly approvalsFrom?: readonly string[] | undefined;
}

/** Who asks, by Slack user id (never by name or e-mail), and where. */
export interface Asker {
  readonly userId: string;
  readonly teamId: string;
  /** For logs and the audit's reader only; decisions never use it. */
  readonly userName: string;
  readonly channelId: string;
  readonly via: 'slack' | 'cli';
}

/** What Slack says of a person now. */
export interface Identity {
  readonly userId: string;
  readonly teamId: string;
  readonly displayName: string;
  readonly isGuest: boolean;
  readonly isBot: boolean;
  readonly isDeactivated: boolean;
  /** User group ids, read now. */
  readonly groups: readonly string[];
}

/** What Slack says of a channel now. */
export interface ChannelFacts {
  readonly id: string;
  readonly name: string;
  readonly isExternallyShared: boolean;
  readonly isDirectMessage: boolean;
}
