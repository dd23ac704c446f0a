import type { RebuildScene } from './rebuild-scene.ts';

/**
 * Why a plan holds no result of `pg_rewind --dry-run`, and when the run has it. A rehearsal needs a stopped server that stays stopped, logs
 * in as the `rewind` role, whose password a worker alone uses, and with a restore_command fetches WAL into pg_wal (pg_rewind(1)).
 */
export function rehearsalNote({ node, control, data, server, facts }: RebuildScene): string {
  const { name } = node;
  const otherwise =
    facts.snapshot.cluster.mode === 'patroni' ? `Patroni starts ${name} again as it is` : `${name} stays down and fenced`;
  const then = `The run does it once ${name} is stopped, before anything is written; if pg_rewind says no, ${otherwise}.`;
  return `Not rehearsed yet (pg_rewind --dry-run): ${why()}. ${then}`;

  function why(): string {
    if (server?.process === 'running') return `it takes a stopped server, and PostgreSQL runs on ${name}`;
    if (server?.patroni.active === 'active') return `Patroni runs on ${name} and may start PostgreSQL in the middle of it`;
    if (control && !/^shut down/.test(control.state)) return `it takes a server that was shut down, and ${name} crashed`;
    if (data?.restoreCommand) return `it would fetch WAL into pg_wal of ${name} by restore_command`;
    return 'it logs in as the rewind role, which only a run may do';
  }
}
