import { z } from 'zod';
import { Host, Port, TlsMaterial } from './address-fields.ts';
import { secret, secretUrl } from './fields.ts';

/** Name of a target in the configuration. */
export const TargetName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'a target is named by lowercase letters, digits and dashes, such as pager');

/** What takes JSON by POST; docs/alerts.md says what it gets. */
const Webhook = z.strictObject({
  url: secretUrl(),
  /** Signs each delivery (HMAC-SHA256), so that the receiver knows who sent it. */
  secret: secret().optional(),
  tls: TlsMaterial.optional(),
});

/** Integration of the kind Events API v2. */
const PagerDuty = z.strictObject({
  routingKey: secret(),
  /** Where the account is; its service region. */
  region: z.enum(['us', 'eu']).default('us'),
  /** Another server that speaks the Events API v2, in the place of PagerDuty's own. */
  url: secretUrl().optional(),
});

const Address = z.email('an e-mail address is name@example.com, alone');
const Email = z
  .strictObject({
    host: Host,
    /** 465 for `tls`, 25 for `none`, else 587. */
    port: Port.optional(),
    /** `starttls` never goes on without TLS; `none` is for a relay on this host. */
    security: z.enum(['starttls', 'tls', 'none']).default('starttls'),
    tls: TlsMaterial.optional(),
    user: z.string().min(1).optional(),
    password: secret().optional(),
    from: Address,
    to: z.array(Address).min(1).max(50),
  })
  .refine(({ user, password }) => (user === undefined) === (password === undefined), 'user and password belong together')
  .refine(
    ({ security, password }) => security !== 'none' || password === undefined,
    'a password would cross the network in clear: use security: starttls or tls',
  );

const KINDS = ['webhook', 'pagerduty', 'email'] as const;

/** Where incidents are told beside Slack; routes name them. */
export const AlertTargetsSchema = z.array(
  z
    .strictObject({
      name: TargetName,
      webhook: Webhook.optional(),
      pagerduty: PagerDuty.optional(),
      email: Email.optional(),
    })
    .refine(
      (target) => KINDS.filter((kind) => target[kind] !== undefined).length === 1,
      `a target has one of ${KINDS.join(', ')}, and only one`,
    ),
);
export type AlertTarget = z.output<typeof AlertTargetsSchema>[number];
