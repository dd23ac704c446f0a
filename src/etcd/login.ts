import { InterceptingCall, type Interceptor, Metadata, status as Status } from '@grpc/grpc-js';
import { asError } from '../core/errors.ts';

/** etcd's words (api/v3rpc/rpctypes/error.go) for a token that has expired, was voided with its user, or is of older rules. */
const VOID = /invalid auth token|revision of auth store is old|user name is empty/;
const NOT_ENABLED = /authentication is not enabled/;
/** Asking anew would not help: the clocks of the members differ, or tokens live for less than a call. */
export const NEW_TOKEN_REFUSED = 'etcd refuses the token that it has just given';

interface Held {
  /** `undefined` while etcd wants none. */
  readonly token: string | undefined;
  /** A call with it was answered. */
  accepted: boolean;
}

/**
 * Gives every call its token, and another one where that has become void. Not etcd3's own, which asks for ever where each token is
 * refused, gives up where authentication is off, knows nothing of older rules, and leaves a connection behind at each login.
 * @param authenticate asks for a token by name and password; by a call without this interceptor.
 */
export function loginWith(authenticate: () => Promise<string>): Interceptor {
  let held: Promise<Held> | undefined;
  const ask = async (): Promise<Held> => {
    try {
      return { token: await authenticate(), accepted: false };
    } catch (error) {
      if (NOT_ENABLED.test(asError(error).message)) return { token: undefined, accepted: false };
      held = undefined;
      throw error;
    }
  };
  return (options, nextCall) =>
    new InterceptingCall(nextCall(options), {
      start(metadata, listener, next) {
        held ??= ask();
        const mine = held;
        const judged = (one: Held, details: string) => {
          if (!VOID.test(details)) {
            one.accepted = true;
            return details;
          }
          if (held === mine) held = undefined;
          // The client sends a call again for these words, and only for them.
          return one.accepted ? 'etcdserver: invalid auth token' : NEW_TOKEN_REFUSED;
        };
        mine.then(
          (one) => {
            const own = metadata.clone();
            if (one.token !== undefined) own.set('token', one.token);
            next(own, {
              onReceiveMessage: (message, pass) => pass(message),
              onReceiveMetadata: (received, pass) => pass(received),
              onReceiveStatus: (status, pass) => pass({ ...status, details: judged(one, status.details) }),
            });
          },
          (error: unknown) =>
            listener.onReceiveStatus({
              ...{ code: Status.UNAUTHENTICATED, details: asError(error).message, metadata: new Metadata() },
            }),
        );
      },
    });
}
