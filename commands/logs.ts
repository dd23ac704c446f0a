import { ClusterName, command, DurationText, logMessage, MemberName, memberNamed } from '#kit';
import { z } from 'zod';

export default command({
  name: 'logs',
  summary: 'The newest lines of a log of a member, and what known ones mean',
  who: 'operator',
  args: z.object({
    cluster: ClusterName,
    member: MemberName,
    unit: z.enum(['patroni', 'postgres']).default('patroni'),
    since: DurationText.default(DurationText.parse('10m')),
    lines: z
      .string()
      .regex(/^[1-9]\d{0,2}$/, 'a number of lines, at most 500')
      .transform(Number)
      .refine((lines) => lines <= 500, 'at most 500 lines')
      .default(200),
  }),
  positionals: ['cluster', 'member'],
  examples: ['billing pg2', 'billing pg1 --unit postgres --since 1h --lines 50'],
  async answer({ cluster, member, unit, since, lines }, view) {
    const { name } = view.cluster(cluster);
    const nowMs = view.now();
    const asked = { unit, lines, sinceMs: nowMs - since };
    const on = memberNamed(view, name, member);
    return logMessage({ ...asked, cluster: name, member: on, nowMs }, await view.memberLog(name, on, asked));
  },
});
