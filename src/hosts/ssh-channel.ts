import type { Client, ClientChannel } from 'ssh2';
import { asError } from '../core/errors.ts';

/** How a remote command ended. A non-zero exit is a result. */
export interface RemoteResult {
  /** `undefined` when a signal ended it. */
  readonly code: number | undefined;
  readonly signal?: string;
  readonly stdout: string;
  readonly stderr: string;
  /** There was more on stdout than `firstBytes`, so the command was ended. */
  readonly cut?: true;
}

export interface ExecOptions {
  readonly stdin?: string | undefined;
  readonly signal: AbortSignal;
  /** Takes so many bytes of stdout, ends the command then, and gives what there is. Absent: more than 1 MiB is an error. */
  readonly firstBytes?: number | undefined;
}

/** The connection ended before the command did: whether it ran is not known. */
export class ConnectionLost extends Error {}
/** The connection ended before a byte of the command left: it may be sent over another one. */
export class NothingSent extends ConnectionLost {}
/** The command said more than a parser should be given. */
export class TooMuchOutput extends Error {}

const MOST_STDOUT = 1024 ** 2;
const MOST_STDERR = 64 * 1024;

/**
 * Runs one line on an open connection. Aborting ends the remote process where sshd allows it (TERM to the login user's own processes,
 * RFC 4254 6.9; not to those of sudo) and closes the channel in any case.
 * Rejects with the signal's reason, ConnectionLost or TooMuchOutput.
 */
export function runOnChannel(client: Client, line: string, options: ExecOptions): Promise<RemoteResult> {
  const { stdin, signal } = options;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(asError(signal.reason));
    // An abort before the channel is open waits for it: only then can the remote process be told.
    const closed = () => reject(new ConnectionLost('the connection ended before the command began'));
    client.once('close', closed);
    const opened = (error: Error | undefined, channel: ClientChannel) => {
      client.off('close', closed);
      if (error) return reject(new ConnectionLost(error.message));
      if (signal.aborted) {
        endRemote(channel);
        return reject(asError(signal.reason));
      }
      collect(channel, options).then(resolve, reject);
      // Without input the channel stays open for a signal: ssh2 sends none after the end of input.
      if (stdin !== undefined) channel.end(stdin);
    };
    try {
      client.exec(line, opened);
    } catch (error) {
      reject(new ConnectionLost(asError(error).message));
    }
  });
}

function collect(channel: ClientChannel, { signal, firstBytes }: ExecOptions): Promise<RemoteResult> {
  return new Promise((resolve, reject) => {
    const stdout = keeper(firstBytes ?? MOST_STDOUT);
    const stderr = keeper(MOST_STDERR);
    let exit: { code?: number | undefined; signal?: string | undefined } | undefined;
    let settled = false;
    const finish = (settle: () => void) => {
      settled = true;
      signal.removeEventListener('abort', abort);
      settle();
    };
    const giveUp = (error: Error) => {
      if (!settled) endRemote(channel);
      finish(() => reject(error));
    };
    const abort = () => giveUp(asError(signal.reason));
    signal.addEventListener('abort', abort, { once: true });
    const enough = () => {
      if (!settled) endRemote(channel);
      finish(() => resolve({ code: undefined, stdout: stdout.text(), stderr: stderr.text(), cut: true }));
    };
    channel.on('data', (part: Buffer) => {
      if (stdout.keep(part)) return;
      if (firstBytes === undefined) giveUp(new TooMuchOutput());
      else enough();
    });
    channel.stderr.on('data', (part: Buffer) => stderr.keep(part));
    channel.on('error', (error: Error) => finish(() => reject(new ConnectionLost(error.message))));
    channel.on('exit', (code: number | null, name?: string) => {
      exit = { code: code ?? undefined, signal: name };
    });
    channel.on('close', () => {
      const ended = exit;
      if (!ended) return finish(() => reject(new ConnectionLost('the connection ended before the command did')));
      const { code, signal: name } = ended;
      finish(() => resolve({ code, ...(name ? { signal: name } : {}), stdout: stdout.text(), stderr: stderr.text() }));
    });
  });
}

function endRemote(channel: ClientChannel): void {
  channel.on('error', () => undefined);
  channel.signal('TERM');
  channel.close();
}

/** Keeps bytes up to a limit; `keep` tells whether all fit. */
function keeper(most: number): { keep(part: Buffer): boolean; text(): string } {
  const parts: Buffer[] = [];
  let size = 0;
  return {
    keep(part) {
      const room = Math.max(0, most - size);
      parts.push(part.subarray(0, room));
      size += part.length;
      return part.length <= room;
    },
    text: () => Buffer.concat(parts).toString('utf8'),
  };
}
