import { z } from 'zod';
import { known } from '../core/reading.ts';
import type { RunReport } from '../core/run.ts';
import type { Conclusion, Ended } from '../core/runbook.ts';
import { formatBytes } from '../core/units.ts';

type Line = RunReport['lines'][number];
const Material = z.object({ primary: z.string().nullable(), timeline: z.number() });

/** What a bootstrap came to, by what both ends show after it. */
export function concludeBootstrap(member: string, { material, snapshot }: Ended): Conclusion {
  const { primary, timeline } = Material.parse(material);
  const source = known(snapshot.members.find(({ name }) => name === primary)?.sql);
  const own = snapshot.members.find(({ name }) => name === member)?.sql;
  const row = source?.standbys.find(({ name }) => name === member);
  if (!own?.ok || !row) {
    const why = own && !own.ok ? `it does not answer by SQL (${own.why})` : `${primary ?? 'the primary'} has no connection of it`;
    return { says: `${member} does not stream: ${why}`, lines: [] };
  }
  const slot = source?.slots.find(({ name }) => name === own.value.walReceiver?.slot)?.name;
  const behind = formatBytes(Math.max(0, (source?.writeLsn ?? 0) - (row.replayLsn ?? 0)));
  const says = `${member} is a standby of ${primary ?? 'nobody'} on timeline ${own.value.walReceiver?.timeline ?? timeline}, ${row.state}`;
  return { says, lines: linesOf(member, { state: row.state, behind, slot }) };
}

function linesOf(
  member: string,
  { state, behind, slot }: { state: string; behind: string; slot: string | undefined },
): readonly Line[] {
  return [
    { sign: state === 'streaming' ? 'ok' : 'warn', text: `${member} replays ${behind} behind` },
    slot === undefined
      ? { sign: 'warn', text: `${member} streams by no slot` }
      : { sign: 'ok', text: `the slot ${slot} is in use: no WAL that ${member} needs goes away` },
  ];
}
