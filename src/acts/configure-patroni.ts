import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';

const Args = z.object({
  cluster: ClusterName,
  leader: MemberName,
  member: MemberName,
  maxRateKibPerSecond: z.number().int().min(32).max(1_048_576),
});
const Configuration = z.object({ hba: z.string() });

const { act, build } = defineAct({
  name: 'configure-patroni',
  args: Args,
  repeat: 'harmless',
  interrupts: false,
  async perform({ cluster, leader, member, maxRateKibPerSecond }, hands, { signal }) {
    const { run } = hands.hosts;
    const { stdout } = await run(cluster, leader, { name: 'read configuration' }, signal);
    const { hba } = Configuration.parse(JSON.parse(stdout));
    await run(cluster, member, { name: 'write patroni configuration', hba, maxRateKibPerSecond }, signal);
    await run(cluster, member, { name: 'check patroni configuration' }, signal);
    return { performed: true, says: `Patroni on ${member} has its configuration and finds nothing wrong with it` };
  },
});

export const configurePatroniAct = act;

/** Writes patroni.yml of a new member, readable by postgres alone, where there is none, and has Patroni check it. */
export const configurePatroni = (args: z.input<typeof Args>): ActData<'harmless'> => build(args);
