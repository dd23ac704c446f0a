import { isByAlterSystem, type MemberSetting } from './cluster-config.ts';
import type { ConfigKey } from './config-keys.ts';
import { comparable, comparableSetting } from './config-value.ts';
import type { Json } from './json.ts';

/** What stands above the dynamic configuration for this member (Patroni docs/patroni_configuration.rst, precedence). */
export function overrideOf(key: ConfigKey, row: MemberSetting, held: Json | undefined): string | undefined {
  if (isByAlterSystem(row)) return 'ALTER SYSTEM (postgresql.auto.conf)';
  if (/^(database|user|database user|client|session|environment variable)$/.test(row.source))
    return `a setting of the ${row.source}`;
  const waits = row.pendingRestart || key.takes === 'restart';
  const differs = held !== undefined && comparable(key, held) !== comparableSetting(key, row.setting ?? '', row.unit);
  return differs && !waits ? "the member's own patroni.yml" : undefined;
}
