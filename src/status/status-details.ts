import type { Part } from '../core/message.ts';
import { formatDuration } from '../core/units.ts';
import { evidenceLines } from './evidence-lines.ts';
import type { Facts } from './facts.ts';
import { memberDetails } from './member-details.ts';
import { platformLines } from './platform-lines.ts';
import { primaryDetails } from './primary-details.ts';
import { sourcesOf } from './sources-of.ts';

/** The rest, for `--all`: every fact with its source. */
export function detailParts(facts: Facts): readonly Part[] {
  const [_divider, ...parts] = [
    ...section('Who leads, by each source', evidenceLines(facts)),
    ...facts.snapshot.members.flatMap((member) => section(member.name, memberDetails(member, facts))),
    ...section('Slots and archiver', primaryDetails(facts)),
    ...section('etcd, HAProxy and VIP', platformLines(facts)),
    ...section('Sources', sourceLines(facts)),
  ];
  return parts;
}

function section(title: string, lines: readonly Part[]): readonly Part[] {
  return lines.length === 0 ? [] : [{ divider: true }, { line: [{ bold: title }] }, ...lines];
}

function sourceLines({ snapshot }: Facts): readonly Part[] {
  return sourcesOf(snapshot).map(({ source, atMs, why }) => {
    const after = formatDuration(Math.max(0, atMs - snapshot.startedAtMs));
    if (why === undefined) return { line: `${source}: answered after ${after}`, indent: 1 };
    return { sign: 'unknown', line: `${source}: not read after ${after}: ${why}`, indent: 1 };
  });
}
