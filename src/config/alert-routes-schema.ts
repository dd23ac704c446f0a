import { z } from 'zod';
import { ClusterName } from '../core/names.ts';
import { Severity } from '../core/severity.ts';
import { SituationName } from '../core/situation-name.ts';
import { Id } from './address-fields.ts';
import { TargetName } from './alert-targets-schema.ts';
import { duration } from './fields.ts';
import { WindowSchema } from './window-schema.ts';

const Mention = z.array(Id('USW', 'a person or a user group')).default([]);
const Targets = z.array(TargetName).default([]);

const Step = z
  .strictObject({ after: duration(), mention: Mention, targets: Targets })
  .refine(({ mention, targets }) => mention.length + targets.length > 0, 'a step mentions somebody or names a target');

/** Who is told of an incident: the first route that fits decides; where none fits, the alerts channel and nobody by name. */
export const AlertRoutesSchema = z.array(
  z.strictObject({
    /** What it is for; each list means all when absent. */
    clusters: z.array(ClusterName).min(1).optional(),
    environments: z.array(z.string()).min(1).optional(),
    severities: z.array(Severity).min(1).optional(),
    situations: z.array(SituationName).min(1).optional(),
    /** When it holds; at any time when absent. */
    hours: z.array(WindowSchema).min(1).optional(),
    /** `channels.alerts` when absent. */
    channel: Id('CG', 'a channel').optional(),
    /** User groups (S...) and people (U...) who are named in the first message. */
    mention: Mention,
    /** Told at once, beside Slack. */
    targets: Targets,
    /** Told when Slack has not taken the first message in time; all targets but for `info` when absent. */
    backup: z.strictObject({ targets: Targets, after: duration().prefault('20s') }).optional(),
    /** When nobody acknowledges a critical incident; times from its opening. */
    escalation: z.array(Step).max(20).default([]),
  }),
);
export type AlertRoute = z.output<typeof AlertRoutesSchema>[number];
