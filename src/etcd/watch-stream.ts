import type { Etcd3, IWatchResponse } from 'etcd3';
import { etcdClause } from './etcd-clause.ts';
import { prefixRange } from './transport.ts';

export interface StreamHandlers {
  created(header: { readonly clusterId: string; readonly revision: number }): void;
  response(response: IWatchResponse): void;
  /** Called once, whatever ended the stream. */
  ended(why: string): void;
}

/** One raw watch stream for a prefix from a revision on, with previous values. Returns what cancels it. */
export async function openWatchStream(
  client: Etcd3,
  prefix: string,
  from: number,
  handlers: StreamHandlers,
): Promise<() => void> {
  const stream = await client.watchClient.watch();
  let over = false;
  const end = (why: string) => {
    if (over) return;
    over = true;
    stream.cancel();
    handlers.ended(why);
  };
  stream.on('error', (error: unknown) => end(etcdClause(error)));
  stream.on('end', () => end('the stream ended'));
  stream.on('data', (response: IWatchResponse) => {
    if (over) return;
    if (response.created && !response.canceled) {
      handlers.created({ clusterId: response.header.cluster_id, revision: Number(response.header.revision) });
    }
    handlers.response(response);
  });
  stream.write({ create_request: { ...prefixRange(prefix), start_revision: String(from), prev_kv: true } });
  return () => {
    over = true;
    stream.cancel();
  };
}
