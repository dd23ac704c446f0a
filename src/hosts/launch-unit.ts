import type { Clock } from '../core/clock.ts';
import { TrunklineError, unreachable } from '../core/errors.ts';
import { repeatable } from './repeatable.ts';
import type { SshPool } from './ssh-pool.ts';
import type { UnitKeeper } from './unit-keeper.ts';
import { readUnitFile, type UnitStart, UNITS_FOLDER } from './unit-remote.ts';

const CLAIMED_WITHIN_MS = 10_000;

export interface Launch {
  readonly ssh: SshPool;
  readonly clock: Clock;
  readonly keeper: UnitKeeper;
  readonly host: string;
  readonly start: UnitStart;
  readonly signal: AbortSignal | undefined;
}

/** Starts it and waits until somebody has the claim: ourselves, or who was a moment faster. */
export async function launchUnit(launch: Launch): Promise<'ours' | 'taken'> {
  const { clock, keeper, host, start, signal } = launch;
  const tried = await attempt(launch);
  if (tried === 'refused') return 'taken';
  const end = clock.now() + CLAIMED_WITHIN_MS;
  for (;;) {
    const owner = await ownerOf(launch);
    if (owner === start.nonce) return 'ours';
    if (owner !== '') {
      await keeper.lost(host, start.claim, signal);
      return 'taken';
    }
    if (clock.now() > end) return notClaimed(launch, tried);
    await clock.sleep(50, signal);
  }
}

/** The error of a connection that was cut leaves open whether it started; the claim knows. */
async function attempt({ keeper, host, start, signal }: Launch): Promise<'launched' | 'refused' | TrunklineError> {
  try {
    return await keeper.launch(host, start, signal);
  } catch (error) {
    if (error instanceof TrunklineError && error.kind === 'unreachable') return error;
    throw error;
  }
}

async function ownerOf({ ssh, host, start, signal }: Launch): Promise<string> {
  const { code, stdout } = await ssh.run(host, readUnitFile(start.claim, 'owner'), repeatable(signal));
  return code === 0 ? stdout.trim() : '';
}

async function notClaimed({ keeper, host, start, signal }: Launch, tried: 'launched' | TrunklineError): Promise<never> {
  if (tried !== 'launched') throw tried;
  const { lines } = await keeper.log(host, start.claim, undefined, signal);
  throw unreachable(
    `the work was started on ${host} but took no claim: ${lines.slice(-3).join(' / ') || 'it said nothing'}`,
    `Look at ${UNITS_FOLDER} on ${host}: it must be a folder of postgres, with space left.`,
  );
}
