import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';
import { stoppedDebtId } from './stop-primary.ts';

/** Values that stand in a connection string and in postgresql.auto.conf without quotes of their own. */
const Connection = z.object({
  host: z.string().regex(/^[A-Za-z0-9.:-]{1,255}$/),
  port: z.number().int().min(1).max(65_535),
  user: z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]{0,62}$/),
  passfile: z
    .string()
    .regex(/^(\/[A-Za-z0-9._-]+)+$/)
    .exactOptional(),
  sslMode: z.enum(['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full']).exactOptional(),
  slot: z.string().regex(/^[a-z0-9_]{1,63}$/),
});

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  primary: MemberName,
  connection: Connection,
  /** It was stopped and fenced: its unit is released and started, once it is sure to become a standby. */
  starts: z.boolean(),
});

const { act, build } = defineAct({
  name: 'follow-primary',
  args: Args,
  repeat: 'harmless',
  interrupts: false,
  pays: ({ cluster, member, connection, starts }) => [
    `slot ${connection.slot} of ${cluster}`,
    ...(starts ? [stoppedDebtId(cluster, member)] : []),
  ],
  async perform({ cluster, member, primary, connection, starts }, { hosts }, { signal }) {
    await hosts.run(cluster, primary, { name: 'slot for a standby', slot: connection.slot }, signal);
    await hosts.run(cluster, member, { name: 'follow', connection: { ...connection, applicationName: member } }, signal);
    if (!starts) return { performed: true, says: `${member} has been pointed to ${primary}` };
    await hosts.run(cluster, member, { name: 'service', service: 'postgres', verb: 'unmask' }, signal);
    await hosts.run(cluster, member, { name: 'service', service: 'postgres', verb: 'start' }, signal);
    return { performed: true, says: `${member} has been started as a standby of ${primary}` };
  },
});

export const followPrimaryAct = act;

/** Points a standby to another primary, with a slot there, and starts it where it was stopped for that. */
export const followPrimary = (args: z.input<typeof Args>): ActData<'harmless'> => build(args);
