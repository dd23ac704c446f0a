import { asError } from '../core/errors.ts';
import { networkClause } from '../core/network-clause.ts';
import { NEW_TOKEN_REFUSED } from './login.ts';
import { DEADLINE_MS } from './transport.ts';

/** etcd's words (api/v3rpc/rpctypes/error.go) for a login that it does not take, and ours. */
const REFUSALS: readonly (readonly [RegExp, string])[] = [
  [/authentication failed/, 'the username or the password is wrong'],
  [/permission denied/i, 'its login is taken, but no role of it may read these keys'],
  [/user name is empty|auth store is old/, 'it wants a login, and no username is configured'],
  [new RegExp(NEW_TOKEN_REFUSED), `${NEW_TOKEN_REFUSED}: the clocks of its members may differ`],
  [/invalid auth token/, 'the token of its login has become void'],
];

/** What Node and OpenSSL say of TLS, by the code that says the same; gRPC keeps the words alone. */
const TLS: readonly (readonly [RegExp, string])[] = [
  [/unable to verify the first certificate|unable to get (local )?issuer certificate/, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  [/self.signed certificate in certificate chain/, 'SELF_SIGNED_CERT_IN_CHAIN'],
  [/self.signed certificate/, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  [/certificate has expired/, 'CERT_HAS_EXPIRED'],
  [/certificate is not yet valid/, 'CERT_NOT_YET_VALID'],
  [/alert (bad certificate|certificate required|certificate unknown|unknown ca)/i, 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'],
  [/alert certificate expired/i, 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED'],
  [/wrong version number|packet length too long/i, 'ERR_SSL_WRONG_VERSION_NUMBER'],
];

/** An error of etcd's client as a clause for people; gRPC's own words (`14 UNAVAILABLE: ... Resolution note:`) say less in more. */
export function etcdClause(error: unknown): string {
  const { message } = asError(error);
  const refused = REFUSALS.find(([words]) => words.test(message))?.[1];
  if (refused !== undefined) return refused;
  if (/deadline/i.test(message)) return `no answer within ${DEADLINE_MS / 1000} s`;
  const code = TLS.find(([words]) => words.test(message))?.[1] ?? /\bE[A-Z_]{5,}/.exec(message)?.[0];
  const clause = networkClause(Object.assign(new Error(message), { code }));
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `${clause}${namesIn(message)}`;
  return clause ?? CLOSED.find(([words]) => words.test(message))?.[1] ?? message;
}

/** gRPC says no more when the connection is closed before anything was said. */
const CLOSED: readonly (readonly [RegExp, string])[] = [
  [/Failed to connect/, 'it closes the connection at once: does it want https?'],
  [/before secure TLS connection/, 'it ends the connection instead of speaking TLS: does it want http?'],
];

/** True for a clause that says that etcd answers and does not take the login: trying again at once does not help. */
export function refusesLogin(clause: string): boolean {
  return REFUSALS.some(([, says]) => says === clause);
}

function namesIn(message: string): string {
  const names = /altnames: (.{1,200}?)\.?(?: Resolution note|$)/s.exec(message)?.[1];
  return names === undefined ? '' : ` (${names.replace(/\s+/g, ' ')})`;
}
