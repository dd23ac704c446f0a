import type { SignalClaim } from '../../src/alerts/ports.ts';
import { createRecorder } from '../../src/alerts/recorder.ts';
import type { Signal } from '../../src/core/signal.ts';
import { quietLog } from './quiet-log.ts';
import { virtualClock } from './virtual-clock.ts';

/** A loss of the leader of billing at a revision, but for the changes. */
export const lossAt = (revision: number, changes: Partial<Signal> = {}): Signal => ({
  ...{ id: `77-${revision}-billing`, cluster: 'billing', revision, atMs: revision, kind: 'lost', cause: 'crash', from: 'pg1' },
  says: 'pg1 lost the leader key',
  ...changes,
});

/** A recorder over a store that can be away, and what its desk is told. */
export function recorderWorld(place: number) {
  const clock = virtualClock();
  const told: string[] = [];
  const incidents: string[] = [];
  const owned: string[] = [];
  const store = {
    away: true,
    verdict: 'ours' as SignalClaim['verdict'],
    incident: undefined as string | undefined,
    after: [] as readonly string[],
    verdictOf: {} as Readonly<Record<string, SignalClaim['verdict']>>,
  };
  const recorder = createRecorder({
    watch: 'main/service/',
    store: {
      async commit({ signals }) {
        if (store.away) throw new Error('connection refused');
        return signals.map((each) => ({
          signal: each,
          incident: store.incident ?? each.id,
          verdict: store.verdictOf[each.id] ?? store.verdict,
          after: store.after,
          again: false,
        }));
      },
    },
    desk: {
      handle: async (task) => {
        incidents.push(task.incident);
        owned.push(task.incident);
        told.push(
          `${task.signal.id} ${task.recorded ? 'recorded' : 'unrecorded'} ${task.again ? `looked up${task.isInDoubt ? ' twice' : ''}` : ''}`,
        );
      },
      owned: () => owned,
      recorded: async (one) => void told.push(`${one.id} noted`),
      overtaken: () => undefined,
      tells: () => false,
      movedTo: async (from, into) => void told.push(`${from} is part of ${into}`),
      renewed: (_, lost) => void told.push(...lost.map((id) => `${id} is left to another bot`)),
    },
    mark: async (signals) => signals,
    afterOthersMs: () => place * 4000,
    ...{ clock, log: quietLog },
  });
  const add = (one: Signal) => recorder.add({ clusterId: '77', revision: one.revision, states: {} }, [one]);
  return { clock, told, incidents, owned, store, recorder, add };
}

/** It has been there for long enough to know who told last. */
export async function upForLong({
  clock,
  recorder,
}: Pick<ReturnType<typeof recorderWorld>, 'clock' | 'recorder'>): Promise<void> {
  for (let seconds = 0; seconds < 31; seconds += 1) {
    await clock.drive(clock.sleep(1000));
    await recorder.tick();
  }
}
