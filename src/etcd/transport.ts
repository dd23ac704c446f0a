import { type Interceptor, logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import { rootCertificates } from 'node:tls';
import { Etcd3, type IOptions } from 'etcd3';
import type { Clock } from '../core/clock.ts';
import { loginWith } from './login.ts';
import { requireLeader } from './require-leader.ts';

/** How to reach one etcd cluster. TLS material is the content of PEM files. */
export interface EtcdAccess {
  /** `http://10.0.0.11:2379` or `https://...`, one a member. */
  readonly endpoints: readonly string[];
  readonly username?: string;
  readonly password?: string;
  readonly tls?: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };
  readonly clock: Clock;
}

/** Answers to unary calls must come within this. */
export const DEADLINE_MS = 2000;
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/**
 * One client for one endpoint, so that choosing the endpoint stays ours. No retries and no breaker inside: a failed call fails at
 * once and the caller turns to the next endpoint; only a call whose token has become void is sent again, once, with a new one.
 * Keepalive 10 s / 5 s: etcd answers pings more often than every 5 s with GOAWAY (`--grpc-keepalive-min-time`), and so it does when
 * no stream is open (its policy permits none then), so an idle client does not ping. A local subchannel pool, so that a new client
 * means a new connection.
 */
export function openEndpoint(access: EtcdAccess, endpoint: string): Etcd3 {
  // Its own lines on stderr are neither structured nor redacted; every error reaches us as a value.
  setLogVerbosity(logVerbosity.NONE);
  const login: Interceptor[] = [];
  const client = new Etcd3({
    hosts: endpoint,
    grpcOptions: {
      'grpc.keepalive_time_ms': 10_000,
      'grpc.keepalive_timeout_ms': 5_000,
      'grpc.keepalive_permit_without_calls': 0,
      'grpc.use_local_subchannel_pool': 1,
      'grpc.initial_reconnect_backoff_ms': 200,
      'grpc.max_reconnect_backoff_ms': 2_000,
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc.enable_http_proxy': 0,
    },
    defaultCallOptions({ isStream, method }) {
      if (isStream) return { interceptors: [requireLeader, ...login] };
      const deadline = access.clock.now() + DEADLINE_MS;
      return method === 'authenticate' ? { deadline } : { deadline, interceptors: login };
    },
    faultHandling: { host: () => asIs, global: asIs },
    ...credentials(access),
  });
  const { username: name, password = '' } = access;
  if (name !== undefined) login.push(loginWith(async () => (await client.auth.authenticate({ name, password })).token));
  return client;
}

/** The key range of everything that begins with `prefix` (etcd API: range_end is the prefix with its last byte one higher). */
export function prefixRange(prefix: string): { key: Buffer; range_end: Buffer } {
  const key = Buffer.from(prefix);
  const end = Buffer.from(key);
  const last = end.length - 1;
  end.writeUInt8(end.readUInt8(last) + 1, last);
  return { key, range_end: end };
}

type Policy = NonNullable<NonNullable<IOptions['faultHandling']>['global']>;

const never = new AbortController().signal;
const asIs: Policy = {
  get _altReturn(): never {
    throw new Error('only a type');
  },
  onSuccess: () => ({ dispose: () => undefined }),
  onFailure: () => ({ dispose: () => undefined }),
  execute: async (fn) => fn({ signal: never }),
};

function credentials({ endpoints, tls }: EtcdAccess): Pick<IOptions, 'credentials'> {
  if (!endpoints.some((endpoint) => endpoint.startsWith('https:'))) return {};
  const rootCertificate = tls?.ca ?? Buffer.from(rootCertificates.join('\n'));
  if (!tls?.cert || !tls.key) return { credentials: { rootCertificate } };
  return { credentials: { rootCertificate, privateKey: tls.key, certChain: tls.cert } };
}
