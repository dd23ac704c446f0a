import type { IncomingMessage } from 'node:http';

/**
 * Decides whether a request may come in: its Host must be this machine's own name for the front and its Origin, when a browser
 * sends one, the same. So a web page elsewhere cannot drive the workspace, not even by DNS rebinding.
 */
export function isWelcome(request: Pick<IncomingMessage, 'headers'>, port: number, hosts: readonly string[]): boolean {
  const allowed = new Set(['localhost', '127.0.0.1', '[::1]', ...hosts].map((host) => `${host}:${port}`));
  const { host, origin } = request.headers;
  if (host === undefined || !allowed.has(host.toLowerCase())) return false;
  return origin === undefined || [...allowed].some((each) => origin.toLowerCase() === `http://${each}`);
}
