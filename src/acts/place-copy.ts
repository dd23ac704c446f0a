import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  from: z.object({ host: z.string(), port: z.number().int().positive() }),
  role: z.string(),
  slot: z.string(),
  passfile: z.string(),
});

const { act, build } = defineAct({
  name: 'place-copy',
  args: Args,
  repeat: 'harmless',
  interrupts: false,
  async perform({ cluster, member, ...of }, hands, { signal }) {
    await hands.hosts.run(cluster, member, { name: 'place the copy', text: autoConf(member, of) }, signal);
    return { performed: true, says: `the copy on ${member} is its data directory now, as a standby` };
  },
  pays: ({ cluster, member }) => [`copy on ${member} of ${cluster}`],
});

export const placeCopyAct = act;

/**
 * Makes a standby of a complete copy, as `pg_basebackup -R` would, and moves it into place; an old data directory is renamed. Without a
 * complete copy it does nothing, and beside a server that runs it refuses.
 */
export const placeCopy = (args: z.input<typeof Args>): ActData<'harmless'> => build(args);

/** Lines of postgresql.auto.conf; the password stays in its file. */
export function autoConf(
  member: string,
  { from, role, slot, passfile }: Pick<z.output<typeof Args>, 'from' | 'role' | 'slot' | 'passfile'>,
): string {
  const conninfo = `user=${role} passfile=${passfile} host=${from.host} port=${from.port} application_name=${member}`;
  return `primary_conninfo = '${conninfo}'\nprimary_slot_name = '${slot}'\n`;
}
