import { z } from 'zod';
import { Host, Port } from './address-fields.ts';
import { AlertsSchema } from './alerts-schema.ts';
import { AuditSchema } from './audit-schema.ts';
import { BreakGlassSchema } from './break-glass-schema.ts';
import { ChannelsSchema } from './channels-schema.ts';
import { CliSchema } from './cli-schema.ts';
import { ClusterSchema } from './cluster-schema.ts';
import { EtcdSchema } from './etcd-schema.ts';
import { FreezesSchema } from './freezes-schema.ts';
import { LimitsSchema } from './limits-schema.ts';
import { PeopleSchema, RolesSchema } from './people-schema.ts';
import { PoliciesSchema } from './policies-schema.ts';
import { RedisSchema } from './redis-schema.ts';
import { SlackSchema } from './slack-schema.ts';
import { TotpSchema } from './totp-schema.ts';

/** The whole file. Unknown keys are errors everywhere. */
export const ConfigSchema = z.strictObject({
  slack: SlackSchema,
  redis: RedisSchema,
  channels: ChannelsSchema,
  alerts: AlertsSchema.prefault({}),
  audit: AuditSchema.prefault({}),
  roles: RolesSchema.default([]),
  people: PeopleSchema,
  /** Without it the bot does not listen for the command line. */
  cli: CliSchema.optional(),
  policies: PoliciesSchema,
  freezes: FreezesSchema.default([]),
  totp: TotpSchema.optional(),
  /** Nobody when absent. */
  breakGlass: BreakGlassSchema.optional(),
  limits: LimitsSchema.prefault({}),
  etcds: z.array(EtcdSchema).default([]),
  clusters: z.array(ClusterSchema).min(1),
  /** `/healthz`, `/readyz`, `/metrics`. */
  http: z.strictObject({ host: Host.default('127.0.0.1'), port: Port.default(9187) }).prefault({}),
  log: z.strictObject({ level: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info') }).prefault({}),
});

export type Config = z.output<typeof ConfigSchema>;
export type ClusterConfig = Config['clusters'][number];
export type EtcdConfig = Config['etcds'][number];
