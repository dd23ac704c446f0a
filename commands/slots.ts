import { ClusterName, command, known, slotsMessage } from '#kit';
import { z } from 'zod';

export default command({
  name: 'slots',
  summary: 'Replication slots of every member: whose, who uses them, what they keep',
  who: 'viewer',
  args: z.object({ cluster: ClusterName }),
  positionals: ['cluster'],
  examples: ['billing'],
  async answer({ cluster }, view) {
    const { name, mode, members } = view.cluster(cluster);
    const read = async (member: string) => {
      const [sql, slots] = await Promise.all([view.sql(name, member), view.slots(name, member)]);
      const feeds = (known(sql)?.standbys ?? []).map((row) => row.name);
      return { name: member, isPrimary: known(sql)?.inRecovery === false, feeds, slots };
    };
    const [all, dcs, debts] = await Promise.all([
      Promise.all(members.map((member) => read(member.name))),
      mode === 'patroni' ? view.dcs(name) : undefined,
      view.debts(name).catch(() => []),
    ]);
    const warnBytes = view.limits(name).slotRetainedWarnBytes;
    return slotsMessage({ cluster: name, members: all, debts, warnBytes, ...(dcs ? { dcs } : {}) });
  },
});
