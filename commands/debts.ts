import { ClusterName, command, debtsCard } from '#kit';
import { z } from 'zod';

export default command({
  name: 'debts',
  summary: 'What runs have left behind that does harm until it is gone',
  who: 'viewer',
  args: z.object({ cluster: ClusterName.optional() }),
  positionals: ['cluster'],
  examples: ['', 'billing'],
  async answer({ cluster }, view) {
    const debts = await view.debts(cluster);
    return debtsCard(debts, { nowMs: view.now(), ...(cluster ? { cluster } : {}) });
  },
});
