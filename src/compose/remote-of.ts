import type { HostCommand } from '../acts/hands.ts';
import { drainTags, undrainTags } from '../hosts/drain-commands.ts';
import { cancelBackend, dropSlot, terminateBackend } from '../hosts/psql-commands.ts';
import { checkpoint, patroniLog, type RemoteCommand } from '../hosts/remote-commands.ts';

/** A checkpoint of a busy server takes minutes; the step's own bound ends it earlier. */
const CHECKPOINT_WITHIN_MS = 30 * 60_000;
const USUAL_MS = 10_000;

/** The remote command of the closed list behind one of an act, how long it may take, and whether it may be sent twice. */
export function remoteOf(
  command: HostCommand,
  patroniFile: string,
): { readonly remote: RemoteCommand; readonly mayRepeat: boolean; readonly timeoutMs: number } {
  switch (command.name) {
    case 'checkpoint':
      return { remote: checkpoint(), mayRepeat: true, timeoutMs: CHECKPOINT_WITHIN_MS };
    case 'patroni log':
      return { remote: patroniLog(command), mayRepeat: true, timeoutMs: USUAL_MS };
    // Not sent again by itself: the second answer would be that nothing was there.
    case 'terminate backend':
      return { remote: terminateBackend(command), mayRepeat: false, timeoutMs: USUAL_MS };
    case 'cancel backend':
      return { remote: cancelBackend(command), mayRepeat: false, timeoutMs: USUAL_MS };
    case 'drop slot':
      return { remote: dropSlot(command), mayRepeat: false, timeoutMs: USUAL_MS };
    case 'drain tags':
      return { remote: drainTags(patroniFile), mayRepeat: true, timeoutMs: USUAL_MS };
    case 'undrain tags':
      return { remote: undrainTags(patroniFile), mayRepeat: true, timeoutMs: USUAL_MS };
  }
}
