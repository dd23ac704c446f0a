import { z } from 'zod';
import { refusal } from '../core/errors.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';
import type { Hands, HostUnitStatus } from './hands.ts';

/** Between two looks at it: at first, and at most. */
const [POLL_SOON_MS, POLL_MS] = [100, 500];

const Args = z.object({ cluster: ClusterName, member: MemberName, source: MemberName, restoreWal: z.boolean() });
type Args = z.output<typeof Args>;

const { act, build } = defineAct({
  name: 'rehearse-rewind',
  args: Args,
  repeat: 'harmless',
  interrupts: false,
  async perform(args, hands, { claim, signal }) {
    const { cluster, member, source, restoreWal } = args;
    const unit = `${claim}.dry`;
    const command = { name: 'rewind', source, how: 'dry-run', restoreWal } as const;
    await hands.hosts.unit.start(cluster, member, { claim: unit, withinMs: 3_600_000, command }, signal);
    const status = await ended(args, unit, hands, signal);
    const { lines } = await hands.hosts.unit.log(cluster, member, { claim: unit }, signal);
    const said = wordsOf(lines);
    if (status.state === 'ended' && status.exitCode === 0)
      return { performed: true, says: `pg_rewind --dry-run on ${member} went through: ${said}` };
    // It does not recover a crashed server while it only rehearses (pg_rewind.c, ensureCleanShutdown).
    if (lines.some((line) => /must be shut down cleanly/.test(line)))
      return {
        performed: true,
        says: `${member} crashed, so pg_rewind can not rehearse; it recovers the server first when it rewinds`,
      };
    throw refusal(
      `pg_rewind --dry-run on ${member} says that it can not work: ${said}`,
      `Nothing was written. Put right what it says, or ask for a new copy: \`/pg rebuild ${cluster} ${member} --how reinit\`.`,
    );
  },
});

export const rehearseRewindAct = act;

/** pg_rewind --dry-run on a stopped member: finds out, without writing, whether all that it needs is there. */
export const rehearseRewind = (args: z.input<typeof Args>): ActData<'harmless'> => build(args);

async function ended({ cluster, member }: Args, unit: string, hands: Hands, signal: AbortSignal): Promise<HostUnitStatus> {
  for (let pauseMs = POLL_SOON_MS; ; pauseMs = Math.min(POLL_MS, pauseMs * 1.2)) {
    const status = await hands.hosts.unit.status(cluster, member, unit, signal);
    if (status.state !== 'running') return status;
    await hands.sleep(pauseMs, signal);
  }
}

/** What pg_rewind says without its own name before each line. */
function wordsOf(lines: readonly string[]): string {
  const words = lines.filter((line) => /pg_rewind: /.test(line)).map((line) => line.replace(/^.*?pg_rewind: /, ''));
  return words.slice(-3).join(' / ').slice(0, 400) || lines.slice(-2).join(' / ').slice(0, 400) || 'it said nothing';
}
