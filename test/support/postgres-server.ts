import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface PostgresServer {
  readonly port: number;
  readonly dataDirectory: string;
  readonly binDirectory: string;
  /** Runs a command on its machine as postgres, whose programs find this server. */
  run(
    argv: readonly string[],
    stdin?: string,
  ): { readonly code: number | null; readonly stdout: string; readonly stderr: string };
  /** Runs SQL as superuser and returns what psql prints, one row a line. */
  sql(text: string, database?: string): string;
  /** Stops it: `fast` cuts the sessions, `immediate` is a crash. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
  start(): Promise<void>;
  /** A hot standby of this one, streaming as `name`. */
  standby(name: string): Promise<PostgresServer>;
  /** Ends it and removes its files. */
  remove(): void;
}

/** Debian's newest PostgreSQL programs on this machine. */
const BIN = [18, 17, 16, 15].map((major) => `/usr/lib/postgresql/${major}/bin`).find((path) => existsSync(path)) ?? '';

/** A PostgreSQL of its own on a free loopback port, run by user postgres, its superuser trusted on loopback. */
export async function postgresServer(settings: Readonly<Record<string, string>> = {}): Promise<PostgresServer> {
  const folder = madeFolder();
  await asPostgres(
    join(BIN, 'initdb'),
    '-D',
    join(folder, 'data'),
    '--no-sync',
    '--auth=trust',
    '--username=postgres',
    '--locale=C.UTF-8',
  );
  return running(folder, await freePort(), { fsync: 'off', wal_level: 'logical', ...settings });
}

async function running(folder: string, port: number, settings: Readonly<Record<string, string>>): Promise<PostgresServer> {
  const data = join(folder, 'data');
  const lines = { ...settings, port, listen_addresses: '127.0.0.1', unix_socket_directories: '' };
  const text = Object.entries(lines).map(([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'\n`);
  appendFileSync(join(data, 'postgresql.conf'), text.join(''));
  const control = (...args: string[]) => asPostgres(join(BIN, 'pg_ctl'), '-D', data, '-w', '-l', join(folder, 'log'), ...args);
  const server: PostgresServer = {
    port,
    dataDirectory: data,
    binDirectory: BIN,
    run: ([program = '', ...args], stdin = '') => {
      const env = { ...process.env, PGHOST: '127.0.0.1', PGPORT: String(port), PGUSER: 'postgres' };
      const said = spawnSync(program, args, { ...postgresIds(), cwd: '/', env, input: stdin, encoding: 'utf8' });
      return { code: said.status, stdout: said.stdout, stderr: said.stderr };
    },
    sql: (statement, database = 'postgres') => {
      const psql = ['-XqAt', '-v', 'ON_ERROR_STOP=1', '-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-d', database];
      return execFileSync(join(BIN, 'psql'), [...psql, '-c', statement], { encoding: 'utf8' }).trim();
    },
    // The port also where a rewind has brought the configuration of another server.
    start: () => control('-o', `-p ${port}`, 'start'),
    stop: (mode = 'fast') => control('stop', '-m', mode),
    async standby(name) {
      const other = madeFolder();
      const source = `host=127.0.0.1 port=${port} user=postgres application_name=${name}`;
      await asPostgres(join(BIN, 'pg_basebackup'), '-D', join(other, 'data'), '-R', '-c', 'fast', '--no-sync', '-d', source);
      return running(other, await freePort(), { hot_standby: 'on' });
    },
    remove: () => {
      spawnSync(join(BIN, 'pg_ctl'), ['-D', data, '-m', 'immediate', 'stop'], { ...postgresIds(), cwd: '/' });
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

function madeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'trunkline-pg-'));
  const { uid, gid } = postgresIds();
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
  return folder;
}

/** PostgreSQL refuses to run as root. */
function postgresIds(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function asPostgres(program: string, ...args: string[]): Promise<void> {
  await promisify(execFile)(program, args, { ...postgresIds(), cwd: '/' });
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
