import type { ProxyServer } from '../core/cluster.ts';

export interface BackendNames {
  readonly primary: string;
  readonly replica?: string | undefined;
}

/**
 * The servers of two backends out of HAProxy's statistics as CSV (HAProxy management guide, 9.1: columns are found by the header's
 * names, as releases add some). A `listen` section has FRONTEND and BACKEND rows of the same name; those are sums and left out.
 * @throws Error with a clause to show when it is no such CSV or has no such backend.
 */
export function parseHaproxyStats(csv: string, backends: BackendNames): { primary: ProxyServer[]; replicas: ProxyServer[] } {
  const [header, ...lines] = csv.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (!header?.startsWith('# pxname,svname,')) throw new Error('answered something else than HAProxy statistics');
  const columns = fields(header.slice(2));
  const rows = lines.map((line) => row(columns, fields(line)));
  return {
    primary: serversOf(rows, backends.primary),
    replicas: backends.replica === undefined ? [] : serversOf(rows, backends.replica),
  };
}

type Row = ReadonlyMap<string, string>;

function row(columns: readonly string[], values: readonly string[]): Row {
  return new Map(columns.map((column, index) => [column, values[index] ?? '']));
}

function serversOf(rows: readonly Row[], backend: string): ProxyServer[] {
  const own = rows.filter((found) => found.get('pxname') === backend);
  if (own.length === 0) throw new Error(`has no backend named ${backend}`);
  return own
    .filter((found) => !['FRONTEND', 'BACKEND'].includes(found.get('svname') ?? ''))
    .map((found) => ({
      member: found.get('svname') ?? '',
      status: found.get('status') ?? '',
      sessions: Number(found.get('scur')) || 0,
    }));
}

/** One CSV line; a quoted field may hold commas and doubled quotes (RFC 4180). */
function fields(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}
