import type { Backups, BackupTool } from '../core/backups.ts';
import type { Clock } from '../core/clock.ts';
import { asError, unreachable } from '../core/errors.ts';
import type { Reading } from '../core/reading.ts';
import { takeReading } from '../core/take-reading.ts';
import { backupInfo } from './backup-commands.ts';
import { parseBarmanList } from './parse-barman-list.ts';
import { type ParsedBackups, parsePgbackrestInfo } from './parse-pgbackrest-info.ts';
import type { SshPool } from './ssh-pool.ts';

/** A repository on another host is asked over a connection of its own, so it takes longer than other reads. */
const ANSWER_MS = 8000;

/**
 * What the backup tool says, asked on each of these hosts at once: they share one repository, but the lock of a backup that runs is
 * that of one host alone. The first answer counts, and every lock. Never rejects.
 */
export function createBackupReads(options: {
  readonly ssh: Pick<SshPool, 'run'>;
  readonly tool: BackupTool;
  readonly hosts: readonly string[];
  readonly maxAgeMs: number;
  readonly clock: Clock;
}): () => Promise<Reading<Backups>> {
  const { ssh, tool, hosts, maxAgeMs, clock } = options;
  const command = tool.tool === 'pgBackRest' ? 'pgbackrest' : 'barman';
  const source = `${command} of ${tool.of} on ${hosts.join(', ')}`;
  const askOne = async (host: string): Promise<ParsedBackups> => {
    const { code, stdout, stderr } = await ssh.run(host, backupInfo(tool), { timeoutMs: ANSWER_MS, mayRepeat: true });
    const answered = stdout.trimStart().startsWith(tool.tool === 'pgBackRest' ? '[' : '{');
    if (!answered || (code !== 0 && tool.tool === 'pgBackRest'))
      throw unreachable(
        `${command} on ${host} failed: ${(stderr.trim() || stdout.trim()).split('\n').at(-1)?.slice(0, 200) || `exit ${code}`}`,
        `See whether ${command} works there by hand, and whether sudo grants what \`trunkline sudoers\` prints.`,
      );
    const parse = tool.tool === 'pgBackRest' ? parsePgbackrestInfo : parseBarmanList;
    return parse(stdout, tool.of, host);
  };
  const take = async (): Promise<Backups> => {
    const asked = await Promise.allSettled(hosts.map(askOne));
    const told = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const [first] = told;
    const why = asked.find((one) => one.status === 'rejected')?.reason;
    if (!first) throw asError(why ?? new Error('no host is configured to ask'));
    return { ...tool, maxAgeMs, ...first, running: told.flatMap(({ running }) => running) };
  };
  return () => takeReading({ source, clock, take, told: (error) => asError(error).message });
}
