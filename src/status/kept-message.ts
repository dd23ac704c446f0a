import type { KeptFolder } from '../core/data-directory.ts';
import type { Message, Part } from '../core/message.ts';
import type { Reading } from '../core/reading.ts';
import { formatBytes } from '../core/units.ts';
import type { View } from '../core/view.ts';

/** What runs have put aside on the hosts of a cluster: where, how big, since when, by which run, and how it goes away. */
export async function keptMessage(cluster: string, view: View): Promise<Message> {
  const { members } = view.cluster(cluster);
  const read = await Promise.all(members.map(async ({ name }) => [name, await view.kept(cluster, name)] as const));
  const all = read.flatMap(([, kept]) => (kept.ok ? kept.value : []));
  const silent = read.filter(([, kept]) => !kept.ok).length;
  const bytes = all.reduce((sum, one) => sum + one.bytes, 0);
  const count = all.length === 1 ? '1 folder is' : `${all.length} folders are`;
  const summary =
    all.length === 0
      ? `Nothing is kept on the hosts of ${cluster}${silent > 0 ? ' that answer' : ''}`
      : `${count} kept on the hosts of ${cluster}, ${formatBytes(bytes)} in all`;
  return {
    summary,
    parts: [
      { title: summary, sign: silent > 0 ? 'unknown' : 'ok' },
      ...read.flatMap(([name, kept]) => linesOf(cluster, name, kept)),
      ...(all.length === 0 ? [] : [{ note: 'Old data directories and WAL of lost branches, put aside by rebuilds.' }]),
    ],
  };
}

function linesOf(cluster: string, member: string, kept: Reading<readonly KeptFolder[]>): readonly Part[] {
  if (!kept.ok) return [{ line: `${member} can not be asked: ${kept.why}`, sign: 'unknown' }];
  return kept.value.flatMap(({ suffix, path, bytes, sinceMs, run }): readonly Part[] => [
    {
      line: [
        `${member}: ${suffix.startsWith('wal') ? 'WAL of a lost branch' : 'an old data directory'}, ${formatBytes(bytes)}, since `,
        { timeMs: sinceMs },
        ...(run === undefined ? [] : [' by run ', { code: run }]),
      ],
      sign: 'waiting',
    },
    { line: [{ code: path }], indent: 1 },
    { line: ['To delete it: ', { code: `/pg kept clean ${cluster} ${member} ${suffix}` }], indent: 1 },
  ]);
}
