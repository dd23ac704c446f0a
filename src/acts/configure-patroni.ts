import { z } from 'zod';
import { refusal } from '../core/errors.ts';
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
/** How, never whom: a host that answers more than was asked does not choose the new member's etcd. */
const text = z.string().exactOptional();
const Settings = z.object({
  etcd3: z.strictObject({ protocol: text, cacert: text, cert: text, key: text, username: text, password: text }),
});

const { act, build } = defineAct({
  name: 'configure-patroni',
  args: Args,
  repeat: 'harmless',
  interrupts: false,
  async perform({ cluster, leader, member, maxRateKibPerSecond }, hands, { signal }) {
    const { run } = hands.hosts;
    const { hba } = parsed(Configuration, await run(cluster, leader, { name: 'read configuration' }, signal), leader);
    const { etcd3 } = parsed(Settings, await run(cluster, leader, { name: 'read etcd settings' }, signal), leader);
    await run(cluster, member, { name: 'write patroni configuration', hba, etcd3, maxRateKibPerSecond }, signal);
    await run(cluster, member, { name: 'check patroni configuration' }, signal);
    return { performed: true, says: `Patroni on ${member} has its configuration and finds nothing wrong with it` };
  },
});

export const configurePatroniAct = act;

/**
 * Writes patroni.yml of a new member, readable by postgres alone, where there is none, and has Patroni check it. It speaks to etcd as the
 * leader's patroni.yml says.
 */
export const configurePatroni = (args: z.input<typeof Args>): ActData<'harmless'> => build(args);

/** @throws Refusal that does not repeat what was read, as it may hold passwords. */
function parsed<T>(schema: z.ZodType<T>, { stdout }: { readonly stdout: string }, leader: string): T {
  try {
    return schema.parse(JSON.parse(stdout));
  } catch {
    throw refusal(
      `${leader} did not tell its configuration in a form that Trunkline knows`,
      `See that postgres can log in on ${leader} by its socket and read /etc/patroni/config.yml there, then ask again.`,
    );
  }
}
