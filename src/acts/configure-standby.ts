import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';
import { standbyConf } from './standby-conf.ts';

const Args = z.object({
  cluster: ClusterName,
  primary: MemberName,
  member: MemberName,
  host: z.string(),
  port: z.number().int().positive(),
  dataDirectory: z.string(),
  configDirectory: z.string(),
});

const { act, build } = defineAct({
  name: 'configure-standby',
  args: Args,
  repeat: 'harmless',
  interrupts: false,
  async perform({ cluster, primary, member, ...own }, hands, { signal }) {
    const { stdout } = await hands.hosts.run(cluster, primary, { name: 'read configuration' }, signal);
    const files = standbyConf(stdout, own);
    await hands.hosts.run(cluster, member, { name: 'make configuration folder' }, signal);
    for (const { file, text } of files)
      await hands.hosts.run(cluster, member, { name: 'write configuration', file, text }, signal);
    return { performed: true, says: `${member} has a configuration in ${own.configDirectory} like that of ${primary}` };
  },
});

export const configureStandbyAct = act;

/** Writes what the configuration of a standby lacks, after its primary's; a file that is there stays as it is. */
export const configureStandby = (args: z.input<typeof Args>): ActData<'harmless'> => build(args);
