import type { HostCommand } from '../acts/hands.ts';
import { drainTags, undrainTags } from '../hosts/drain-commands.ts';
import { deleteKept, deleteMark, halfRewound, keepWal, setAside, writeMark } from '../hosts/data-commands.ts';
import type { HostLayout } from '../hosts/host-layout.ts';
import { cancelBackend, dropSlot, terminateBackend } from '../hosts/psql-commands.ts';
import { checkpoint, patroniLog, type RemoteCommand } from '../hosts/remote-commands.ts';
import { controlService } from '../hosts/server-commands.ts';
import { isPlainCommand, remoteOfPlain } from './remote-of-plain.ts';
import { type PatroniCommand, remoteOfStandby } from './remote-of-standby.ts';

/** How a command of an act is run on a host. */
export interface Remote {
  readonly command: RemoteCommand;
  readonly timeoutMs: number;
  /** A connection that broke under it may be tried again, because doing it twice does no harm. */
  readonly mayRepeat: boolean;
  readonly stdin?: string;
}

/** What differs from member to member. */
export interface RemotePlace {
  readonly layout: HostLayout;
  /** Patroni's own configuration there. */
  readonly patroniFile: string;
}

const USUAL_MS = 10_000;
const MINUTE_MS = 60_000;

/** What an act asks for, as it runs on a host of that place. */
export function remoteOf(asked: Exclude<HostCommand, PatroniCommand>, { layout, patroniFile }: RemotePlace): Remote {
  const once = { timeoutMs: USUAL_MS, mayRepeat: false };
  const again = { timeoutMs: USUAL_MS, mayRepeat: true };
  switch (asked.name) {
    case 'patroni log':
      return { command: patroniLog(asked), ...again };
    case 'checkpoint':
      // One of a busy server takes minutes; the step's own bound ends it earlier.
      return { command: checkpoint(), timeoutMs: 30 * MINUTE_MS, mayRepeat: true };
    case 'read rewind mark':
      return { command: halfRewound(layout), timeoutMs: 10_000, mayRepeat: true };
    case 'mark rewind':
      return { command: writeMark(layout, asked.claim), timeoutMs: 10_000, mayRepeat: true };
    case 'delete rewind mark':
      return { command: deleteMark(layout), timeoutMs: 10_000, mayRepeat: true };
    case 'keep wal':
      return { command: keepWal(layout, asked), timeoutMs: 30 * MINUTE_MS, mayRepeat: true };
    case 'set aside':
      return { command: setAside(layout, asked), timeoutMs: MINUTE_MS, mayRepeat: false };
    case 'delete kept':
      // Millions of files take their time.
      return { command: deleteKept(layout, asked.suffix), timeoutMs: 60 * MINUTE_MS, mayRepeat: false };
    case 'service':
      // A clean stop writes a checkpoint and waits for its standbys and its archiver.
      return { command: controlService(layout, asked.service, asked.verb), timeoutMs: 30 * MINUTE_MS, mayRepeat: false };
    // Not sent again by itself: the second answer would be that nothing was there.
    case 'terminate backend':
      return { command: terminateBackend(asked), ...once };
    case 'cancel backend':
      return { command: cancelBackend(asked), ...once };
    case 'drop slot':
      return { command: dropSlot(asked), ...once };
    case 'drain tags':
      return { command: drainTags(patroniFile, asked.drain), ...again };
    case 'undrain tags':
      return { command: undrainTags(patroniFile, asked.drain), ...again };
    default:
      return isPlainCommand(asked) ? remoteOfPlain(asked, layout) : remoteOfStandby(asked, layout);
  }
}
