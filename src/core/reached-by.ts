import { codeOf } from './network-clause.ts';
import type { NotRead } from './reading.ts';

/** Five letters and digits of PostgreSQL (its manual, appendix A); node's own codes of that length have no digit. */
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/;
const TLS = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_)/;

/** How far a question came that failed with this error, by its code or that of a cause; `undefined` where nothing answered. */
export function reachedBy(error: unknown): NotRead['reached'] {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    const code = codeOf(at) ?? '';
    if (code === 'ECONNREFUSED') return 'host';
    if (SQLSTATE.test(code) || TLS.test(code)) return 'server';
  }
  return undefined;
}
