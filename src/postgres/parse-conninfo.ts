import type { Upstream } from '../core/upstream.ts';

/**
 * Reads libpq's `key = value` form of a connection string (PostgreSQL docs, libpq-connstring); values may be quoted. Nothing but what
 * `Upstream` has leaves this function. The URI form and what is no connection string give no user.
 */
export function parseConninfo(text: string): Upstream {
  const pairs = new Map<string, string>();
  for (const [, key = '', quoted, plain = ''] of text.matchAll(/([a-z_]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))/g))
    pairs.set(key, (quoted ?? plain).replaceAll(/\\(.)/g, '$1'));
  if (/^postgres(ql)?:/.test(text)) return { hasPassword: false };
  const [host, user, passfile, sslMode] = [pairs.get('host'), pairs.get('user'), pairs.get('passfile'), pairs.get('sslmode')];
  return {
    ...(host ? { host } : {}),
    ...(user ? { user } : {}),
    ...(passfile ? { passfile } : {}),
    ...(sslMode ? { sslMode } : {}),
    hasPassword: pairs.has('password'),
  };
}
