import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { refusal } from '../core/errors.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';

const Args = z.object({ cluster: ClusterName, primary: MemberName, member: MemberName, role: z.string() });

const { act, build } = defineAct({
  name: 'replication-role',
  args: Args,
  repeat: 'harmless',
  interrupts: false,
  async perform({ cluster, primary, member, role }, hands, { signal }) {
    const made = randomBytes(24).toString('base64url');
    // Whoever comes first decides the password; every other attempt takes the one that is kept, so that both ends always agree.
    const text = `*:*:*:${role}:${made}\n`;
    const { stdout } = await hands.hosts.run(cluster, member, { name: 'keep password file', text }, signal);
    const password = passwordOf(stdout, role, member);
    signal.throwIfAborted();
    await hands.hosts.run(cluster, primary, { name: 'make replication role', role, password }, signal);
    return { performed: true, says: `the role ${role} may replicate, with a password that only ${member} has` };
  },
});

export const replicationRoleAct = act;

/** The role of a standby, with a generated password that stands in a file of mode 0600 on the standby and nowhere else. */
export const replicationRole = (args: z.input<typeof Args>): ActData<'harmless'> => build(args);

/** libpq's .pgpass: the first line that fits. @throws Refusal that does not repeat what it read. */
function passwordOf(text: string, role: string, member: string): string {
  const line = text.split('\n').find((one) => one.startsWith(`*:*:*:${role}:`));
  const password = line?.slice(`*:*:*:${role}:`.length);
  if (password && /^[A-Za-z0-9_-]{20,100}$/.test(password)) return password;
  throw refusal(
    `the password file beside the data directory of ${member} is not one of Trunkline's: it has no line for ${role} alone`,
    'Move it away if nothing needs it, then ask again.',
  );
}
