import type { Snapshot } from '../core/cluster.ts';
import type { Part, Span } from '../core/message.ts';
import { formatDuration } from '../core/units.ts';
import { type SourceRead, sourcesOf } from './sources-of.ts';

/** When it was read, how long that took, and from where. */
export function readNote(snapshot: Snapshot, { all }: { readonly all: boolean }): Part {
  const sources = sourcesOf(snapshot);
  const took = Math.max(0, ...sources.map(({ atMs }) => atMs - snapshot.startedAtMs));
  const kinds = [...new Set(sources.map(({ kind }) => kind))].map((kind) => countOf(kind, sources));
  const more: readonly Span[] = all ? [] : ['. More: ', { code: `/pg status ${snapshot.cluster.name} --all` }];
  return { note: ['Read ', { timeMs: snapshot.startedAtMs }, ` in ${formatDuration(took)}: ${kinds.join(', ')}`, ...more] };
}

function countOf(kind: string, sources: readonly SourceRead[]): string {
  const same = sources.filter((source) => source.kind === kind);
  const read = same.filter(({ why }) => why === undefined).length;
  if (same.length === 1) return read === 1 ? kind : `${kind} (not read)`;
  return `${kind} ${read}/${same.length}`;
}
