import { canBeEnded } from '../acts/all.ts';
import type { Asker } from '../core/person.ts';
import type { Run } from '../core/run.ts';
import type { View } from '../core/view.ts';
import type { BreakGlass } from '../gate/break-glass.ts';
import type { Gate } from '../gate/gate.ts';
import type { Totp } from '../gate/totp.ts';
import type { Loaded } from '../load.ts';
import { createLedger, type RunLedger } from '../runs/ledger.ts';
import { createPropose, type Proposed } from '../runs/propose.ts';
import type { CouldApprove, Messenger, Request } from '../runs/needs.ts';
import { createRunQueue } from '../runs/run-queue.ts';
import type { RunWorker } from '../runs/run-worker.ts';
import { createSweep } from '../runs/sweep.ts';
import { createStates } from '../states/all.ts';
import { type RedisConfig, redisTarget } from '../store/redis-options.ts';
import type { Store } from '../store/store.ts';
import type { Announcer } from './announcer.ts';
import type { AuditParts } from './build-audit.ts';
import { openWorker, type WorkerNeeds } from './open-worker.ts';

interface Needs extends WorkerNeeds {
  readonly redis: RedisConfig;
  readonly loaded: Loaded;
  readonly store: Store;
  /** Nothing is begun that can't be audited. */
  readonly audit: AuditParts;
  readonly gate: Gate;
  readonly totp: Totp;
  readonly breakGlass: BreakGlass;
  readonly messenger: Messenger;
  readonly couldApprove: CouldApprove;
  /** Scoped to what the person may see. */
  readonly viewOf: (asker: Asker) => Promise<View>;
  readonly linkTo: (run: Run) => Promise<string | undefined>;
  readonly announce: Announcer;
}

/** The life of a change. */
export interface RunParts {
  readonly ledger: RunLedger & Omit<Totp, 'prove'>;
  propose(request: Request): Promise<Proposed>;
  sweep(): Promise<void>;
  /** The executing half, with the credentials that write; made in a worker alone. */
  openWorker(): RunWorker;
  close(): Promise<void>;
}

export function buildRuns(needs: Needs): RunParts {
  const { config, redis, loaded, store, gate, totp, announce, clock, log } = needs;
  const { breakGlass, messenger, couldApprove, viewOf, linkTo } = needs;
  const { journal, trail: audit, mustBeWritable } = needs.audit;
  const place = { connection: redisTarget(redis), prefix: config.redis.prefix, log };
  const queue = createRunQueue(place);
  const states = createStates();
  const find = (name: string) => {
    const runbook = loaded.runbooks.find((one) => one.name === name);
    return runbook && { runbook, digest: runbook.digest };
  };
  const kept = { ...store, journal, audit };
  const asking = { ...kept, gate, breakGlass, messenger, couldApprove, queue, states, find, clock, log, announce };
  const common = { ...asking, codes: totp, view: needs.reads.everything, canBeEnded };
  const placeOf = ({ channelId }: Asker) => (isPrivate(channelId) ? config.channels.ops : channelId);
  const unguarded = createPropose({ ...common, placeOf });
  const propose: RunParts['propose'] = async (request) => {
    await mustBeWritable();
    return unguarded(request);
  };
  return {
    ledger: { ...totp, ...createLedger({ ...common, propose, viewOf, linkTo }) },
    propose,
    sweep: createSweep(common),
    openWorker: () => openWorker(needs, common, place),
    close: () => queue.close(),
  };
}

/** A direct message (their ids begin with D), or no channel at all: what stands there nobody else could approve. */
function isPrivate(channelId: string): boolean {
  return channelId === '' || channelId.startsWith('D');
}
