import { blocked, type Check, warned } from '../core/check.ts';
import { isRestore } from '../core/data-directory.ts';
import type { RebuildScene } from './rebuild-scene.ts';

/** That a rewind of this data directory, or a restore over it, was begun and did not end well. */
export function halfWritten(scene: RebuildScene): Check | undefined {
  const { facts, node, data } = scene;
  if (!data?.mark?.isOfThis || !facts.rewind) return foreignRestore(scene);
  const restore = isRestore(data.mark.claim);
  const what = restore ? `a restore on ${node.name}` : `a rewind of ${node.name}`;
  const id = restore ? 'half-restored' : 'half-rewound';
  if (!facts.rewind.ok)
    return blocked(id, `${what} was begun, and how it stands can not be read: ${facts.rewind.why}`, 'Ask again soon.', {
      hard: true,
    });
  const { state, exitCode } = facts.rewind.value;
  if (state === 'running') return blocked(id, `${what} runs right now`, 'Wait for it, or cancel its run.', { hard: true });
  if (state === 'ended' && exitCode === 0)
    return restore
      ? warned(id, `${what} ended well, but what it wrote was never recovered`, 'It is restored once more and then recovered.')
      : undefined;
  const how = HOW_IT_ENDED[state] ?? `ended with exit ${exitCode}`;
  return restore
    ? warned(
        id,
        `${what} ${how}: its data directory is half restored`,
        'It must not be started; it is restored again, or copied.',
      )
    : warned(
        id,
        `${what} ${how}: its data directory is half rewound`,
        'It must not be started; a second rewind over it is not safe, so a new copy is made.',
      );
}

/** pgBackRest leaves its manifest in the data directory until it is done (restore.c); somebody else has begun that one. */
function foreignRestore({ node, data }: RebuildScene): Check | undefined {
  if (!data?.names.includes('backup.manifest')) return undefined;
  return warned(
    'half-restored',
    `a restore on ${node.name} that no run of Trunkline began did not end: pgBackRest's backup.manifest is in its data directory`,
    'See that nobody restores there right now; it is restored again, or copied.',
  );
}

/** A result is deleted after 30 days, so its absence says nothing good of a data directory that still has the mark. */
const HOW_IT_ENDED: Readonly<Record<string, string>> = {
  vanished: 'went away without a result',
  absent: 'was begun, and no result of it is left',
};
