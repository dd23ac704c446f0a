import type { MaintenanceLock } from '../../src/core/maintenance.ts';
import type { Message } from '../../src/core/message.ts';
import type { Asker } from '../../src/core/person.ts';
import type { Run } from '../../src/core/run.ts';
import { breakGlassNotice } from '../../src/runs/break-glass-notice.ts';
import { messageLines } from './message-lines.ts';
import { fakeView } from './fake-world.ts';

/** What the life of a change needs around approvals, in memory: what was said, who keeps a cluster, who is listed for break-glass. */
export function approvalFakes() {
  const said: { readonly where: string; readonly lines: readonly string[] }[] = [];
  const say = (where: string, message: Message) => void said.push({ where, lines: messageLines(message) });
  const kept = new Map<string, MaintenanceLock>();
  const listed = new Set<string>();
  const open = new Set<string>();
  const told = new Set<string>();
  return {
    said,
    kept,
    listed,
    messenger: {
      inThread: (run: Run, message: Message) => say(`thread of ${run.id}`, message),
      belowCopies: (run: Run, message: Message) => say(`copies of ${run.id}`, message),
      toPerson: (userId: string, message: Message) => say(userId, message),
      toOps: (message: Message) => say('ops', message),
      breakGlass: (run: Run) => {
        if (!told.has(run.id)) say('ops', breakGlassNotice(run, run.createdAtMs));
        told.add(run.id);
      },
    },
    breakGlass: {
      lacks: async (userId: string) => (listed.has(userId) ? undefined : 'this person is not listed'),
      reviewWithinMs: 3_600_000,
    },
    maintenance: {
      of: async (cluster: string) => kept.get(cluster),
      take: async (lock: MaintenanceLock) => void kept.set(lock.cluster, lock),
      release: async (cluster: string) => (kept.delete(cluster) ? ('released' as const) : ('none' as const)),
    },
    reviews: {
      add: async (run: string) => void open.add(run),
      remove: async (run: string) => void open.delete(run),
      list: async () => [...open],
    },
    couldApprove: async () => ({ people: ['U0ADAM', 'U0ANNA'], more: false }),
    seen: { seenBefore: async () => false },
    propose: () => Promise.reject(new Error('nothing is asked for here')),
    viewOf: async () => fakeView(),
    linkTo: async () => 'https://lumen.example/archives/C0OPS/p1',
    placeOf: ({ channelId }: Asker) => channelId,
  };
}
