/** The ladder of what people may do; each includes the ones before. */
export const ROLES = ['viewer', 'operator', 'approver', 'admin'] as const;
export type PersonRole = (typeof ROLES)[number];

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
