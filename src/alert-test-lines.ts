import type { Trial, Tried } from './alerts/try-ways.ts';
import { oneLine } from './core/one-line.ts';
import { formatDuration } from './core/units.ts';

type Kind = 'webhook' | 'pagerduty' | 'email';

const HINTS: Readonly<Record<Kind, string>> = {
  webhook: 'Look at url, secret and tls of this target in the configuration, and at the log of its receiver.',
  pagerduty: 'The routing key is that of an integration of the kind Events API v2; region is eu for accounts in the EU.',
  email: 'Look at host, port, security, user and password of this target, and whether the server takes mail from this host.',
};

/** What a test of the alerts came to, a way a line, as the terminal shows it. */
export function testLines({ id, cluster, severity }: Trial, tried: readonly Tried[], kinds: ReadonlyMap<string, Kind>): string {
  const lines = tried.flatMap((one) => wayLines(one, kinds));
  const failed = tried.filter(({ why }) => why !== undefined).length;
  const end = failed === 0 ? 'every way works' : `${failed} of ${tried.length} ways did not work`;
  const alone = tried.every(({ way }) => way === 'slack')
    ? ['  No target is on these routes: nobody is told while Slack is down. docs/alerts.md says how to add one.']
    : [];
  return [`Test incident ${id} of ${cluster}, ${severity}: ${end}`, ...lines, ...alone, ''].join('\n');
}

function wayLines({ way, name, tookMs, link, why, hint }: Tried, kinds: ReadonlyMap<string, Kind>): readonly string[] {
  const kind = kinds.get(name);
  const what = way === 'slack' ? `Slack channel ${name}` : `target ${name}${kind ? ` (${kind})` : ''}`;
  if (why === undefined) return [`  ok      ${what}: told in ${formatDuration(tookMs ?? 0)}${link ? `  ${link}` : ''}`];
  const next = hint ?? (kind ? HINTS[kind] : undefined);
  return [`  FAILED  ${what}: ${oneLine(why)}`, ...(next ? [`          ${next}`] : [])];
}
