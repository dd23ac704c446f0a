import { ClusterName, command, configMessage, refusal } from '#kit';
import { z } from 'zod';

export default command({
  name: 'config-show',
  summary: "Patroni's dynamic configuration, and which member runs with something else",
  who: 'viewer',
  args: z.object({ cluster: ClusterName }),
  positionals: ['cluster'],
  examples: ['billing'],
  async answer({ cluster }, view) {
    const { name, mode } = view.cluster(cluster);
    if (mode !== 'patroni')
      throw refusal(`${name} is not run by Patroni (mode: ${mode})`, 'Only Patroni keeps a configuration of the whole cluster.');
    const [config, snapshot] = await Promise.all([view.config(name), view.snapshot(name)]);
    return configMessage(name, config, snapshot);
  },
});
