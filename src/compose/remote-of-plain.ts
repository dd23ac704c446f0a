import type { HostCommand } from '../acts/hands.ts';
import type { HostLayout } from '../hosts/host-layout.ts';
import type { RemoteCommand } from '../hosts/remote-commands.ts';
import {
  dropStandbySlot,
  follow,
  makeStandbySlot,
  markRunningStandby,
  markStandby,
  promote,
  unmarkStandby,
} from '../hosts/streaming-commands.ts';
import { connectionLines } from './connection-lines.ts';

const NAMES = [
  ...(['mark standby', 'mark running standby', 'unmark standby', 'promote', 'follow'] as const),
  ...(['slot for a standby', 'drop left slot'] as const),
] as const;
/** What changes who leads a plain streaming cluster. */
export type PlainCommand = Extract<HostCommand, { name: (typeof NAMES)[number] }>;

export function isPlainCommand(asked: HostCommand): asked is PlainCommand {
  return NAMES.some((name) => name === asked.name);
}

/** How it runs on a host with this layout. */
export function remoteOfPlain(
  asked: PlainCommand,
  layout: HostLayout,
): { readonly command: RemoteCommand; readonly timeoutMs: number; readonly mayRepeat: boolean; readonly stdin?: string } {
  const again = { timeoutMs: 30_000, mayRepeat: true };
  switch (asked.name) {
    case 'mark standby':
      return { command: markStandby(layout), ...again };
    case 'mark running standby':
      return { command: markRunningStandby(layout), ...again };
    case 'unmark standby':
      return { command: unmarkStandby(layout), ...again };
    case 'promote':
      return { command: promote(layout, asked.timeline), timeoutMs: 120_000, mayRepeat: false };
    case 'follow':
      return { command: follow(layout), stdin: connectionLines(asked.connection), ...again };
    case 'slot for a standby':
      return { command: makeStandbySlot(asked.slot), ...again };
    case 'drop left slot':
      return { command: dropStandbySlot(asked.slot), ...again };
  }
}
