import { z } from 'zod';
import { MemberName } from '../core/names.ts';
import { Host } from './address-fields.ts';
import { duration, hostKey } from './fields.ts';
import { sshOverrides } from './ssh-schema.ts';

/** As it stands in a command on the host and in sudoers. */
const ToolName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,60}$/, 'a name of letters, digits, dots, dashes and underscores, as the tool has it');

const RepositoryHost = z.strictObject({ name: MemberName, host: Host, sshHostKey: hostKey().optional(), ...sshOverrides });

/** The last good backup is warned of when it ended longer ago. A backup a day and two hours for it to run. */
const maxAge = duration().prefault('26h');

/** The backup tool of a cluster, which is only read, and restores a member where a rebuild is approved that says so. */
export const BackupsSchema = z.discriminatedUnion('tool', [
  z.strictObject({
    tool: z.literal('pgbackrest'),
    stanza: ToolName,
    /** Where the repository is asked as `postgres`; the members are asked when absent. */
    host: RepositoryHost.optional(),
    maxAge,
  }),
  z.strictObject({
    tool: z.literal('barman'),
    /** The name of the server in Barman's configuration. */
    server: ToolName,
    /** Where Barman runs, as `barman`. */
    host: RepositoryHost,
    maxAge,
  }),
]);
export type BackupsConfig = z.output<typeof BackupsSchema>;
