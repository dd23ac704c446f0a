import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { type PostgresServer, postgresServer } from './postgres-server.ts';

const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));

/** What scripts that run as postgres are tried with: a server that they reach, and a folder of postgres. */
export interface PostgresScripts {
  readonly server: PostgresServer;
  sh(
    script: string,
    args?: readonly string[],
    input?: string,
  ): { readonly status: number | null; readonly stdout: string; readonly stderr: string };
  /** Expects that it ends well and says nothing on stderr; returns what it printed. */
  ok(script: string, args?: readonly string[], input?: string): string;
  at(name: string): string;
  write(path: string, text?: string): void;
  make(path: string): void;
}

/** Filled before the tests of a file, gone after them. */
export function usePostgresScripts(): PostgresScripts {
  let server: PostgresServer | undefined;
  let folder = '';
  const running = () => {
    if (!server) throw new Error('the server is started before the tests');
    return server;
  };
  beforeAll(async () => {
    server = await postgresServer({ log_statement: 'all' });
    folder = mkdtempSync(join(tmpdir(), 'trunkline-standby-'));
    own(folder);
  });
  afterAll(() => {
    server?.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  const sh: PostgresScripts['sh'] = (script, args = [], input = '') => {
    const env = { ...process.env, PGHOST: '127.0.0.1', PGPORT: String(running().port), PGUSER: 'postgres' };
    const asPostgres = process.getuid?.() === 0 ? { uid: id('-u'), gid: id('-g') } : {};
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', script, 'sh', ...args], {
      ...{ input, env, encoding: 'utf8' },
      ...asPostgres,
    });
    return { status, stdout, stderr };
  };
  return {
    get server() {
      return running();
    },
    sh,
    ok(script, args, input) {
      const { status, stdout, stderr } = sh(script, args, input);
      expect(stderr + status).toBe('0');
      return stdout;
    },
    at: (name) => join(folder, name),
    write(path, text = '') {
      writeFileSync(path, text);
      own(path);
    },
    make(path) {
      mkdirSync(path);
      own(path);
    },
  };
}

const own = (path: string) => chownSync(path, id('-u'), id('-g'));
