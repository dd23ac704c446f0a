import { ClusterName, command, DurationText, Reason } from '#kit';
import { z } from 'zod';
import pause from '../runbooks/pause.ts';

const PauseLength = DurationText.refine((ms) => ms >= 60_000 && ms <= 7 * 86_400_000, 'a pause takes 1m to 7d');

export default command({
  name: 'pause',
  summary: 'Pause Patroni of a cluster; you are told when the time is over until it is resumed',
  who: 'operator',
  args: z.object({ cluster: ClusterName, for: PauseLength, reason: Reason }),
  positionals: ['cluster'],
  examples: ['billing --for 2h --reason "kernel update of pg2, OPS-81"'],
  starts: pause,
  input: ({ cluster, for: forMs }) => ({ cluster, forMs }),
});
