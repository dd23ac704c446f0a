import type { JsonObject } from './json.ts';
import type { Reading } from './reading.ts';

/** A cluster's configuration, from the DCS and from what each member runs with. */
export interface ConfigReadings {
  /** The dynamic configuration as Patroni holds it (`GET /config`); secrets and commands are hidden where it is read. */
  readonly dynamic: Reading<JsonObject>;
  readonly members: readonly { readonly name: string; readonly settings: Reading<readonly MemberSetting[]> }[];
}

/** A row of pg_settings on one member; `setting` only for those that may be shown. */
export interface MemberSetting {
  readonly name: string;
  readonly setting?: string;
  /** As pg_settings has it: kB, 8kB, MB, ms, s, min, B. */
  readonly unit?: string;
  /** default, configuration file, command line, database, user, ... (pg_settings.source). */
  readonly source: string;
  readonly sourceFile?: string;
  readonly pendingRestart: boolean;
}

/** True when ALTER SYSTEM set it: it stands in postgresql.auto.conf, which PostgreSQL reads after what Patroni writes. */
export function isByAlterSystem({ sourceFile = '' }: MemberSetting): boolean {
  return sourceFile.endsWith('/postgresql.auto.conf');
}
