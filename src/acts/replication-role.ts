import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { refusal } from '../core/errors.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';

const Args = z.object({
  cluster: ClusterName,
  primary: MemberName,
  member: MemberName,
  role: z.string(),
  /** Further members that get the password: whoever leads before `member` follows it by this role. */
  others: z.array(MemberName),
});

const { act, build } = defineAct({
  name: 'replication-role',
  args: Args,
  repeat: 'harmless',
  interrupts: false,
  async perform({ cluster, primary, member, role, others }, { hosts }, { signal }) {
    const keep = (on: string, password: string, how: 'keep' | 'replace') =>
      hosts.run(cluster, on, { name: 'keep password', text: `*:*:*:${role}:${password}\n`, how }, signal);
    // Whoever comes first decides the password; every other attempt takes the one that is kept, so that all ends always agree.
    const { stdout } = await keep(member, randomBytes(24).toString('base64url'), 'keep');
    const password = passwordOf(stdout, role, member);
    for (const other of others) await keep(other, password, 'replace');
    signal.throwIfAborted();
    await hosts.run(cluster, primary, { name: 'make replication role', role, password }, signal);
    return { performed: true, says: `the role ${role} may replicate, with a password that ${listed([member, ...others])} have` };
  },
});

export const replicationRoleAct = act;

/** The role of a standby, with a generated password that stands in files of mode 0600 on the standby and on whoever may follow it one day. */
export const replicationRole = (args: z.input<typeof Args>): ActData<'harmless'> => build(args);

const listed = (names: readonly string[]): string =>
  [names.slice(0, -1).join(', '), ...names.slice(-1)].filter(Boolean).join(' and ');

/** A line of libpq's .pgpass. @throws Refusal that does not repeat what it read. */
function passwordOf(text: string, role: string, member: string): string {
  const line = text.split('\n').find((one) => one.startsWith(`*:*:*:${role}:`));
  const password = line?.slice(`*:*:*:${role}:`.length);
  if (password && /^[A-Za-z0-9_-]{20,100}$/.test(password)) return password;
  throw refusal(
    `the line for ${role} in the password file beside the data directory of ${member} is not one of Trunkline's`,
    'Take that line away if nothing needs it, then ask again.',
  );
}
