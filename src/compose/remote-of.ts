import type { HostCommand } from '../acts/hands.ts';
import type { HostLayout } from '../hosts/host-layout.ts';
import { checkpoint, patroniLog, type RemoteCommand } from '../hosts/remote-commands.ts';
import { controlService } from '../hosts/server-commands.ts';

/** How a command of an act is run on a host. */
export interface Remote {
  readonly command: RemoteCommand;
  readonly timeoutMs: number;
  /** A connection that broke under it may be tried again, because doing it twice does no harm. */
  readonly mayRepeat: boolean;
}

const MINUTE_MS = 60_000;

/** What an act asks for, as it runs on a host with this layout. */
export function remoteOf(asked: HostCommand, layout: HostLayout): Remote {
  switch (asked.name) {
    case 'patroni log':
      return { command: patroniLog(asked), timeoutMs: 10_000, mayRepeat: true };
    case 'checkpoint':
      // One of a busy server takes minutes; the step's own bound ends it earlier.
      return { command: checkpoint(), timeoutMs: 30 * MINUTE_MS, mayRepeat: true };
    case 'service':
      // A clean stop writes a checkpoint and waits for its standbys and its archiver.
      return { command: controlService(layout, asked.service, asked.verb), timeoutMs: 30 * MINUTE_MS, mayRepeat: false };
  }
}
