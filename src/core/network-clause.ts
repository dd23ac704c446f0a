const NOT_OUR_CA = 'its TLS certificate is signed by an authority that is not the configured `ca`';
const WANTS_CLIENT_CERT = 'it refuses our TLS client certificate, or wants one and none is configured';

const CLAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was cut by the other side',
  EPIPE: 'the connection was cut by the other side',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to its network',
  EHOSTDOWN: 'the host is down',
  ETIMEDOUT: 'no answer to the connection attempt',
  ENOTFOUND: 'the name of the host is not known',
  EAI_AGAIN: 'the name service does not answer',
  CERT_HAS_EXPIRED: 'its TLS certificate has expired',
  CERT_NOT_YET_VALID: 'its TLS certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its TLS certificate is signed by itself and no `ca` is configured',
  SELF_SIGNED_CERT_IN_CHAIN: NOT_OUR_CA,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: NOT_OUR_CA,
  UNABLE_TO_GET_ISSUER_CERT: NOT_OUR_CA,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: NOT_OUR_CA,
  ERR_TLS_CERT_ALTNAME_INVALID: 'its TLS certificate is for another name',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: WANTS_CLIENT_CERT,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: WANTS_CLIENT_CERT,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: WANTS_CLIENT_CERT,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: WANTS_CLIENT_CERT,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: WANTS_CLIENT_CERT,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'it refuses our TLS client certificate, which has expired',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it speaks no TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it speaks no TLS',
};

/**
 * What went wrong on the network as a lowercase clause that a person understands, found by the error's `code` or that of a cause
 * (Node's system errors, errors.md; several addresses tried make an AggregateError with the first one's code). `undefined` for an
 * error that is not of the network. Never quotes the error's own text, which may hold a URL with a password.
 */
export function networkClause(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    const code = codeOf(at) === 'EPROTO' ? tlsCode(at.message) : codeOf(at);
    const clause = CLAUSES[code ?? ''];
    if (clause !== undefined) return clause;
  }
  return undefined;
}

/** A handshake that fails while something is written to it has a code that says nothing; OpenSSL's words are in the message. */
function tlsCode(message: string): string | undefined {
  if (/wrong version number|packet length too long/.test(message)) return 'ERR_SSL_WRONG_VERSION_NUMBER';
  return /alert (handshake failure|bad certificate|unknown ca)/.test(message) ? 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE' : undefined;
}

/** The `code` of an error where it has one that is a text. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
