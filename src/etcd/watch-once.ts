import type { Etcd3, IWatchResponse } from 'etcd3';
import { asError } from '../core/errors.ts';
import { etcdClause } from './etcd-clause.ts';
import { openEndpoint } from './transport.ts';
import { auditOnce } from './watch-audit.ts';
import type { OnceOptions, Resync, StreamEnd } from './watch-options.ts';
import { openWatchStream } from './watch-stream.ts';

const CREATED_WITHIN_MS = 2000;

/** One stream on one endpoint, until it ends, stalls or is stopped. Never rejects. */
export async function watchOnce(options: OnceOptions): Promise<StreamEnd> {
  const { etcd, endpoint } = options;
  const client = openEndpoint(etcd.access, endpoint);
  const over = new AbortController();
  let connected = false;
  let cancel: () => void = () => undefined;
  let timers: readonly (() => void)[] = [];
  const ended = new Promise<StreamEnd>((resolve) => {
    const finish = (says: string, resync?: Resync) => {
      over.abort();
      resolve({ says, connected, ...(resync ? { resync } : {}) });
    };
    options.stop.addEventListener('abort', () => finish('stopped'), { once: true, signal: over.signal });
    etcd.access.clock.sleep(CREATED_WITHIN_MS, over.signal).then(
      () => connected || finish('no watch within 2 s'),
      () => undefined,
    );
    timers = guards(options, client, finish);
    openWatchStream(client, options.prefix, options.delivered.next(), {
      created({ clusterId }) {
        if (clusterId !== options.clusterId) return finish('another etcd cluster answers', { why: 'another-cluster', clusterId });
        connected = true;
        options.state?.({ endpoint, connected: true });
      },
      response: (response) => over.signal.aborted || handle(options, response, finish),
      ended: finish,
    }).then(
      (stopStream) => {
        cancel = stopStream;
        if (over.signal.aborted) cancel();
      },
      (error: unknown) => finish(etcdClause(error)),
    );
  });
  const end = await ended;
  for (const stopTimer of timers) stopTimer();
  cancel();
  client.close();
  return end;
}

type Finish = (says: string, resync?: Resync) => void;

function handle({ delivered, deliver, log }: OnceOptions, response: IWatchResponse, finish: Finish): void {
  if (response.canceled) {
    const compactRevision = Number(response.compact_revision);
    if (compactRevision > 0) finish(`compacted at ${compactRevision}`, { why: 'compacted', compactRevision });
    else finish(etcdClause(new Error(response.cancel_reason || 'canceled by etcd, which gave no reason')));
    return;
  }
  for (const batch of delivered.take(response)) {
    try {
      deliver(batch);
    } catch (error) {
      log.error('the consumer of the etcd watch failed', { revision: batch.revision, error: asError(error).stack });
    }
  }
}

/** A frozen member is silent for ever: two lost pings in a row, or an audit that finds something undelivered, end the stream. */
function guards(options: OnceOptions, client: Etcd3, finish: Finish): readonly (() => void)[] {
  const { clock } = options.etcd.access;
  let lost = 0;
  const ping = async () => {
    try {
      await client.maintenance.status();
      lost = 0;
    } catch (error) {
      lost += 1;
      if (lost >= 2) finish(`the member does not answer: ${etcdClause(error)}`);
    }
  };
  const failed = (error: unknown) => options.log.warn('etcd watch audit failed', { error: asError(error).message });
  return [
    clock.every(options.pingEveryMs ?? 2000, ping, failed),
    clock.every(options.auditEveryMs ?? 10_000, () => auditOnce(options, finish), failed),
  ];
}
