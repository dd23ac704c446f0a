import { afterAll, beforeAll, expect, it } from 'vitest';
import { waitFor } from '../../lab/wait-for.ts';
import type { SqlMember } from '../../src/core/cluster.ts';
import type { HostLayout } from '../../src/hosts/host-layout.ts';
import { parseIdentified } from '../../src/hosts/parse-identified.ts';
import { promote, replaysHere } from '../../src/hosts/streaming-commands.ts';
import { sqlMemberQuery } from '../../src/postgres/sql-member-query.ts';
import { type PostgresServer, postgresServer } from '../support/postgres-server.ts';

const all: PostgresServer[] = [];

beforeAll(async () => {
  const old = await postgresServer({ wal_level: 'replica' });
  all.push(old);
  for (const name of ['sa2', 'sa3']) all.push(await old.standby(name));
});

afterAll(() => {
  for (const server of all.toReversed()) server.remove();
});

const layout = ({ dataDirectory, binDirectory }: PostgresServer): HostLayout => ({
  ...{ dataDirectory, binDirectory, walDirectory: `${dataDirectory}/pg_wal` },
  ...{ postgresUnit: 'postgresql.service', patroniUnit: 'patroni.service' },
});
const sqlOf = (server: PostgresServer) => JSON.parse(server.sql(sqlMemberQuery)) as SqlMember;

it('a standby that went on alone says the old timeline, by its own word and its control file, and is ahead by its LSN', async () => {
  const [old, heir, parted] = all;
  if (!old || !heir || !parted) throw new Error('there are no three servers');
  expect(heir.run(promote(layout(heir), 1).argv).code).toBe(0);
  old.sql('create table lost as select generate_series(1, 10000)');
  await waitFor(
    'the other standby to replay what only the old primary has',
    () => (parted.sql("select to_regclass('lost')") === 'lost' ? [] : ['no table']),
    { timeoutMs: 15_000 },
  );
  await old.stop('fast');
  parted.sql(`alter system set primary_conninfo = 'host=127.0.0.1 port=${heir.port} user=postgres application_name=sa3'`);
  parted.sql('select pg_reload_conf()');
  await waitFor('it to ask the new primary', () => (sqlOf(heir).standbys.length > 0 ? [] : ['no connection']), {
    timeoutMs: 20_000,
  });
  expect(parseIdentified(parted.run(replaysHere(layout(parted)).argv).stdout).timeline).toBe(1);
  expect(sqlOf(parted).replayTimeline).toBe(1);
  expect(sqlOf(parted).replayLsn).toBeGreaterThan(sqlOf(heir).writeLsn ?? 0);
});
