import { setTimeout as delay } from 'node:timers/promises';
import { Etcd3 } from 'etcd3';
import { monotonicMs } from '../../../lab/slack/monotonic.ts';

/** What a transaction does to one key of a scope. */
export type Write = { readonly put: string; readonly value: unknown } | { readonly del: string };

/** Writes one scope through an etcd whose members come and go. */
export interface FencedWriter {
  /**
   * One transaction, tried until it is known to have happened. It needs the scope's turn to be the present one, so that a try
   * which etcd applies late changes nothing; `ifAbsent` needs a key not to be there as well.
   */
  write(writes: readonly Write[], ifAbsent?: string): Promise<void>;
  /** The same, and ends the turn. */
  endTurn(writes: readonly Write[]): Promise<void>;
}

const TRY_MS = 1000;
const GIVE_UP_MS = 60_000;

/** One client for each endpoint: a frozen member costs one try. */
export function openEtcdHands(endpoints: readonly string[]) {
  const defaultCallOptions = ({ isStream }: { isStream: boolean }) => (isStream ? {} : { deadline: Date.now() + TRY_MS });
  const clients = endpoints.map((hosts) => new Etcd3({ hosts, defaultCallOptions }));
  /** Revision -> when its writer knew of it (`monotonicMs`). */
  const acked = new Map<number, number>();
  let at = 0;
  async function insist<T>(task: (client: Etcd3) => Promise<T>): Promise<T> {
    const giveUpAt = Date.now() + GIVE_UP_MS;
    for (;;) {
      const client = clients[at % clients.length];
      if (!client) throw new Error('an etcd has at least one endpoint');
      try {
        return await task(client);
      } catch (error) {
        at += 1;
        if (Date.now() > giveUpAt) throw error;
        await delay(20);
      }
    }
  }
  return {
    acked,
    insist,
    writer: (scope: string) => fencedWriter(scope, insist, acked),
    close() {
      for (const client of clients) client.close();
    },
  };
}

type Insist = ReturnType<typeof openEtcdHands>['insist'];

function fencedWriter(scope: string, insist: Insist, acked: Map<number, number>): FencedWriter {
  const fence = `/turns${scope}`;
  let turn = 0;
  return {
    async write(writes, ifAbsent) {
      const { succeeded, header } = await insist((client) => {
        const guard = client.if(fence, 'Version', '==', turn);
        const guarded = ifAbsent === undefined ? guard : guard.and(`${scope}${ifAbsent}`, 'Version', '==', 0);
        return guarded.then(...operations(client, scope, writes)).commit();
      });
      const revision = Number(header.revision);
      if (succeeded && !acked.has(revision)) acked.set(revision, monotonicMs());
    },
    async endTurn(writes) {
      await insist((client) =>
        client
          .if(fence, 'Version', '==', turn)
          .then(...operations(client, scope, writes), client.put(fence).value('over'))
          .commit(),
      );
      turn += 1;
    },
  };
}

function operations(client: Etcd3, scope: string, writes: readonly Write[]) {
  return writes.map((write) => {
    if ('del' in write) return client.delete().key(scope + write.del);
    return client.put(scope + write.put).value(typeof write.value === 'string' ? write.value : JSON.stringify(write.value));
  });
}
