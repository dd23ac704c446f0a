import { InterceptingCall, type Interceptor } from '@grpc/grpc-js';

/**
 * Asks to be told when the member has no leader, so that a partitioned one ends the stream instead of staying silent (etcd
 * api/v3rpc, "etcdserver: no leader"). The metadata is the client's own cached object, shared by every call: it is cloned, never changed.
 */
export const requireLeader: Interceptor = (options, nextCall) =>
  new InterceptingCall(nextCall(options), {
    start(metadata, listener, next) {
      const own = metadata.clone();
      own.set('hasleader', 'true');
      next(own, listener);
    },
  });
