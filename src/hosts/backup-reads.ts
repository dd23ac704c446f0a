import type { Backup, Backups, BackupTool } from '../core/backups.ts';
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
 * that of one host alone. What any of
 * them knows counts, and every lock. Never rejects.
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
    const told = asked.flatMap((one, at) => (one.status === 'fulfilled' ? [{ on: hosts[at] ?? '', ...one.value }] : []));
    const why = asked.find((one) => one.status === 'rejected')?.reason;
    if (told.length === 0) throw asError(why ?? new Error('no host is configured to ask'));
    const flaw = flawOf(told);
    const running = told.flatMap((one) => one.running);
    return { ...tool, maxAgeMs, all: allOf(told), running, ...(flaw === '' ? {} : { flaw }) };
  };
  return () => takeReading({ source, clock, take, told: (error) => asError(error).message });
}

type Told = ParsedBackups & { readonly on: string };

/** Every backup that one of them knows; one is good only if nobody says otherwise. */
function allOf(told: readonly Told[]): readonly Backup[] {
  const labels = new Set(told.flatMap(({ all }) => all.map(({ label }) => label)));
  const each = [...labels].flatMap((label) => {
    const seen = told.flatMap(({ all }) => all.filter((one) => one.label === label));
    const unknownTo = told.filter(({ all }) => !all.some((one) => one.label === label)).map(({ on }) => on);
    return seen.slice(0, 1).map((one): Backup => {
      const good = seen.every((other) => other.good);
      return { ...one, good, ...(unknownTo.length === 0 ? {} : { unknownTo }) };
    });
  });
  return each.toSorted((a, b) => (a.endedAtMs ?? a.startedAtMs) - (b.endedAtMs ?? b.startedAtMs));
}

/** With the host, where others see it otherwise. */
function flawOf(told: readonly Told[]): string {
  const flaws = new Set(told.flatMap(({ flaw }) => (flaw === undefined ? [] : [flaw])));
  const whose = (flaw: string) => told.filter((one) => one.flaw === flaw).map(({ on }) => on);
  return [...flaws]
    .map((flaw) => (whose(flaw).length === told.length ? flaw : `${flaw} (on ${whose(flaw).join(', ')})`))
    .join('; ');
}
