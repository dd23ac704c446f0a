import { z } from 'zod';
import { Severity } from './severity.ts';
import { ConditionName } from './situation-name.ts';

/**
 * Something wrong that lasts, as one signal raises it and another clears it. `joins` and `provides` fold what belongs together into one
 * incident: a condition joins the first open incident that provides one of its roots, else it opens one that provides its own. A root is
 * `host:ADDRESS`, `cluster:NAME`, `etcd:NAME` or `member:CLUSTER/NAME`.
 */
export const Condition = z.object({
  /** Of one cluster (or etcd) only one of a key is raised at a time: `replication-lag pg2`. */
  key: z.string(),
  situation: ConditionName,
  severity: Severity,
  /** How often it has grown heavier since it was raised; of the kind `worsened`. */
  rises: z.number().optional(),
  /** The member, endpoint, proxy or slot that it is about. */
  about: z.string().optional(),
  joins: z.array(z.string()),
  provides: z.array(z.string()),
});
export type Condition = z.output<typeof Condition>;
