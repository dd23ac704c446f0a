import { codeOf } from '../core/network-clause.ts';

/** With these codes no byte of a request has left, or its server was not trusted and so was told nothing. */
const NOT_SENT = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN'],
  ...['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);
/** Alerts about our certificate: a server sends them instead of ending the handshake, and reads no request before it has ended (RFC 8446, 4.4.2.4 and 6.2). */
const ALERT = /^ERR_SSL_\w*_ALERT_(BAD_CERTIFICATE|CERTIFICATE_\w+|UNKNOWN_CA|HANDSHAKE_FAILURE)$/;

/** True when a request that failed so surely was not heard, so that asking again can do nothing twice. */
export function neverArrived(error: unknown): boolean {
  const code = codeOf(error) ?? '';
  return NOT_SENT.has(code) || ALERT.test(code);
}
