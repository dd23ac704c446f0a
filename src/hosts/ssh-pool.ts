import type { Clock } from '../core/clock.ts';
import { refusal } from '../core/errors.ts';
import { createKeptConnections, type KeptConnections } from './kept-connections.ts';
import { quoteArgv } from './quote.ts';
import { argvOverSsh, type RemoteCommand } from './remote-commands.ts';
import { ConnectionLost, NothingSent, type RemoteResult } from './ssh-channel.ts';
import type { SshTarget } from './ssh-target.ts';
import { failedError, lateError, runError, sudoError, sudoRefused } from './ssh-errors.ts';

export interface RunOptions {
  readonly stdin?: string;
  /** Whole time, connecting included; default 10 s. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /**
   * True: the command is run once more when a kept connection turns out to be dead. Only for what does no harm twice, because it may
   * have run the first time.
   */
  readonly mayRepeat?: boolean;
  /** Takes so many bytes of stdout, then ends the command; what was said of it is a result with `cut`. */
  readonly firstBytes?: number;
}

/** Runs commands of the closed list (remote-commands.ts) on the hosts of one cluster, over one kept connection a host. */
export interface SshPool {
  /**
   * Any exit code is a result.
   * @throws TrunklineError: no answer, another host key, sudo refused; the signal's reason when aborted.
   */
  run(host: string, command: RemoteCommand, options?: RunOptions): Promise<RemoteResult>;
  /** As `run`. @throws TrunklineError also for a non-zero exit, with the end of what the command said. */
  mustRun(host: string, command: RemoteCommand, options?: RunOptions): Promise<RemoteResult>;
  /** Connects to each host; never rejects. */
  warm(): Promise<void>;
  close(): void;
}

export function createSshPool(options: { readonly hosts: readonly SshTarget[]; readonly clock: Clock }): SshPool {
  const { hosts, clock } = options;
  const kept = createKeptConnections(clock);

  async function run(host: string, command: RemoteCommand, given: RunOptions = {}): Promise<RemoteResult> {
    const target = hosts.find(({ name }) => name === host);
    if (!target) throw refusal(`no ssh is configured for ${host}`, 'Give the cluster `ssh` and the host its sshHostKey.');
    const { signal, done } = deadline(clock, given, (timeoutMs) => lateError(command, host, timeoutMs));
    try {
      const result = await runKept(kept, { target, line: quoteArgv(argvOverSsh(command)), given, signal });
      if (sudoRefused(command, result)) throw sudoError(command, host);
      return result;
    } catch (error) {
      throw runError(error, command, host);
    } finally {
      done();
    }
  }

  return {
    run,
    async mustRun(host, command, given) {
      const result = await run(host, command, given);
      if (result.code === 0) return result;
      throw failedError(command, host, result);
    },
    async warm() {
      await Promise.allSettled(hosts.map((target) => kept.get(target)));
    },
    close: () => kept.close(),
  };
}

interface Asked {
  readonly target: SshTarget;
  readonly line: string;
  readonly given: RunOptions;
  readonly signal: AbortSignal;
}

/** Over the kept connection; once more over a new one where that had died and the command may be repeated. */
async function runKept(kept: KeptConnections, { target, line, given, signal }: Asked): Promise<RemoteResult> {
  const wasKept = kept.has(target.name);
  const once = async () => {
    const connection = await orAborted(kept.get(target), signal);
    try {
      return await orAborted(connection.exec(line, { stdin: given.stdin, firstBytes: given.firstBytes, signal }), signal);
    } catch (error) {
      // A timeout can mean that the host vanished: the next command shall not ask the same dead connection.
      if (signal.aborted || error instanceof ConnectionLost) connection.retire();
      throw error;
    }
  };
  try {
    return await once();
  } catch (error) {
    const again = error instanceof NothingSent || (error instanceof ConnectionLost && given.mayRepeat === true && wasKept);
    if (!again) throw error;
    return once();
  }
}

/** A signal that aborts at the deadline or with the caller's; `done` ends the timer. */
function deadline(clock: Clock, given: RunOptions, late: (timeoutMs: number) => Error): { signal: AbortSignal; done(): void } {
  const { timeoutMs = 10_000, signal: callers } = given;
  const expired = new AbortController();
  const done = new AbortController();
  clock.sleep(timeoutMs, done.signal).then(
    () => expired.abort(late(timeoutMs)),
    () => undefined,
  );
  return { signal: callers ? AbortSignal.any([callers, expired.signal]) : expired.signal, done: () => done.abort() };
}

/** The task's result, or the signal's reason as soon as it is aborted. */
async function orAborted<T>(task: Promise<T>, signal: AbortSignal): Promise<T> {
  task.catch(() => undefined);
  signal.throwIfAborted();
  let abort: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([task, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
