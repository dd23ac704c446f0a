import type { ContextBlock, KnownBlock, SectionBlock } from '@slack/types';
import { LIMITS } from './limits.ts';

export type Prose = 'section' | 'context';

/** Blocks of one message that cannot become too many or too long: once something does not fit, nothing after it is taken. */
export interface Page {
  /** Adds lines of mrkdwn, to the block before when it is of the same type and has room. */
  write(type: Prose, text: string): void;
  place(block: KnownBlock): void;
  /** Adds a block whose room was reserved, so it always fits. */
  keep(block: KnownBlock): void;
  /** `notice` stands where the message was cut, when it was. */
  close(notice: string, clipped: boolean): { readonly blocks: readonly KnownBlock[]; readonly cut: boolean };
}

/** `reserved` are the blocks that will be kept; the notice has its room anyway. */
export function openPage(reserved: readonly KnownBlock[]): Page {
  const blocks: KnownBlock[] = [];
  const kept: KnownBlock[] = [];
  let room = LIMITS.allBlocks - 600 - sizeOf(reserved);
  let places = LIMITS.blocks - 1 - reserved.length;
  let cut = false;

  const place = (block: KnownBlock): void => {
    const size = sizeOf([block]);
    cut ||= places < 1 || size > room;
    if (cut) return;
    room -= size;
    places -= 1;
    blocks.push(block);
  };
  const grown = (type: Prose, text: string): KnownBlock | undefined => {
    const before = proseOf(blocks.at(-1), type);
    const limit = type === 'section' ? LIMITS.section : LIMITS.contextText;
    if (cut || before === undefined || before.length + 1 + text.length > limit) return undefined;
    const size = sizeOf([`\n${text}`]);
    if (size > room) return undefined;
    room -= size;
    return blockOf(type, `${before}\n${text}`);
  };
  return {
    place,
    write(type, text) {
      const longer = grown(type, text);
      if (longer) blocks[blocks.length - 1] = longer;
      else place(blockOf(type, text));
    },
    keep: (block) => (cut ? kept : blocks).push(block),
    close: (notice, clipped) =>
      cut || clipped
        ? { blocks: [...blocks, blockOf('context', notice), ...kept], cut: true }
        : { blocks: [...blocks, ...kept], cut: false },
  };
}

/** Mrkdwn taken word for word: Slack looks for no links or names in it (`verbatim`, text object reference). */
export function blockOf(type: Prose, text: string): SectionBlock | ContextBlock {
  const mrkdwn = { type: 'mrkdwn' as const, text, verbatim: true };
  return type === 'section' ? { type, text: mrkdwn } : { type, elements: [mrkdwn] };
}

function proseOf(block: KnownBlock | undefined, type: Prose): string | undefined {
  if (block?.type !== type) return undefined;
  if (block.type === 'section') return block.text?.text;
  const [element] = block.type === 'context' ? block.elements : [];
  return element && 'text' in element ? element.text : undefined;
}

/** UTF-16 units of the JSON. */
function sizeOf(values: readonly unknown[]): number {
  return JSON.stringify(values).length;
}
