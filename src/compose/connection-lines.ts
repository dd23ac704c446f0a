import type { StandbyConnection } from '../acts/hands.ts';

/**
 * Lines of postgresql.auto.conf for a standby. Values are of forms that need no quotes inside a connection string; the last line says that
 * all of them came through.
 */
export function connectionLines({ host, port, user, passfile, sslMode, applicationName, slot }: StandbyConnection): string {
  const conninfo = [
    ...[`host=${host}`, `port=${port}`, `user=${user}`],
    ...(passfile === undefined ? [] : [`passfile=${passfile}`]),
    ...(sslMode === undefined ? [] : [`sslmode=${sslMode}`]),
    `application_name=${applicationName}`,
  ].join(' ');
  return `primary_conninfo = '${conninfo}'\nprimary_slot_name = '${slot}'\n.complete\n`;
}
