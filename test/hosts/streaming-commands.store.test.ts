import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../lab/wait-for.ts';
import { connectionLines } from '../../src/compose/connection-lines.ts';
import type { SqlMember } from '../../src/core/cluster.ts';
import type { Reading } from '../../src/core/reading.ts';
import type { Server } from '../../src/core/server.ts';
import type { HostLayout } from '../../src/hosts/host-layout.ts';
import { parseControlData } from '../../src/hosts/parse-control-data.ts';
import { parseIdentified } from '../../src/hosts/parse-identified.ts';
import { controlData } from '../../src/hosts/server-commands.ts';
import {
  dropStandbySlot,
  follow,
  hasStandbySignal,
  identifySystem,
  makeStandbySlot,
  markRunningStandby,
  markStandby,
  promote,
  replaysHere,
  unmarkStandby,
} from '../../src/hosts/streaming-commands.ts';
import { judgeReplayed } from '../../src/states/shutdown-replayed.ts';
import { type PostgresServer, postgresServer } from '../support/postgres-server.ts';

let old: PostgresServer;
let next: PostgresServer;

beforeAll(async () => {
  old = await postgresServer({ wal_level: 'replica' });
  old.sql("select pg_create_physical_replication_slot('sa2', true)");
  next = await old.standby('sa2');
  await waitFor(
    'the standby to stream',
    () => (old.sql('select state from pg_stat_replication') === 'streaming' ? [] : ['a row']),
    {
      timeoutMs: 15_000,
    },
  );
});

afterAll(() => {
  next?.remove();
  old?.remove();
});

const layout = ({ dataDirectory, binDirectory }: PostgresServer): HostLayout => ({
  ...{ dataDirectory, binDirectory, walDirectory: `${dataDirectory}/pg_wal` },
  ...{ postgresUnit: 'postgresql.service', patroniUnit: 'patroni.service' },
});
const read = <T>(value: T): Reading<T> => ({ ok: true, value, source: 'test', atMs: 0 });

/** What the state that guards the promotion says, by the programs themselves. */
function replayed() {
  const control = parseControlData(old.run(controlData(layout(old)).argv).stdout);
  const replayLsn = Number(next.sql("select pg_last_wal_replay_lsn() - '0/0'"));
  const server = { process: 'stopped', control } as unknown as Server;
  const sql = { inRecovery: true, systemId: control.systemId, replayLsn, replayTimeline: 1 } as unknown as SqlMember;
  const args = { cluster: 'ledger', stopped: 'sa1', standby: 'sa2', systemId: control.systemId, timeline: 1 };
  return judgeReplayed(args, read(server), read(sql), { ok: false, why: 'not asked', source: 'test', atMs: 0 });
}

describe('the commands of a switchover without Patroni, on a real server', () => {
  it('try the login of the old primary to the new one before anything is stopped', () => {
    const target = { host: '127.0.0.1', port: next.port, user: 'postgres' };
    const { code, stdout } = old.run(identifySystem(target).argv);
    expect(code).toBe(0);
    expect(parseIdentified(stdout)).toEqual({
      systemId: old.sql('select system_identifier from pg_control_system()'),
      timeline: 1,
    });
  });

  it('ask a standby itself which timeline it replays, by the socket of its data directory', () => {
    const { code, stdout } = next.run(replaysHere(layout(next)).argv);
    expect(code).toBe(0);
    expect(parseIdentified(stdout)).toMatchObject({ timeline: 1 });
  });

  it('make no standby of a server that runs, and promote no primary', () => {
    expect(old.run(markStandby(layout(old)).argv).code).toBe(5);
    expect(existsSync(join(old.dataDirectory, 'standby.signal'))).toBe(false);
    expect(old.run(promote(layout(old), 1).argv)).toMatchObject({ code: 1 });
  });

  it('leave a second primary what it is, marked so that its next start makes a standby of it', async () => {
    const second = await old.standby('second');
    try {
      second.sql('select pg_promote(true, 60)');
      expect(second.run(markRunningStandby(layout(second)).argv)).toMatchObject({ code: 0, stderr: '' });
      expect(second.sql('select pg_is_in_recovery()')).toBe('f');
      await second.stop('immediate');
      await second.start();
      expect(second.sql('select pg_is_in_recovery()')).toBe('t');
    } finally {
      second.remove();
    }
  });

  it('prove that nothing of a cleanly stopped primary is missing, mark it, and take the mark back', async () => {
    old.sql('create table kept as select generate_series(1, 1000)');
    await old.stop('fast');
    await waitFor(
      'the shutdown checkpoint to be replayed',
      () => {
        const verdict = replayed();
        return verdict.holds ? [] : [verdict.why];
      },
      { timeoutMs: 10_000 },
    );
    const signal = () => old.run(hasStandbySignal(layout(old)).argv).code;
    expect(old.run(markStandby(layout(old)).argv).code).toBe(0);
    expect(signal()).toBe(0);
    expect(old.run(unmarkStandby(layout(old)).argv)).toMatchObject({ code: 0, stdout: '' });
    expect(signal()).toBe(1);
    expect(old.run(markStandby(layout(old)).argv).code).toBe(0);
  });

  it('promote once: a worker that was frozen finds the server past the timeline', () => {
    expect(next.run(promote(layout(next), 1).argv)).toMatchObject({ code: 0 });
    expect(next.sql('select pg_is_in_recovery(), count(*) from kept')).toBe('f|1000');
    next.sql('checkpoint');
    expect(next.run(promote(layout(next), 1).argv).code).toBe(7);
  });

  it('point the old primary to the new one, by a slot, unless the connection came through in part', async () => {
    const connection = { host: '127.0.0.1', port: next.port, user: 'postgres', applicationName: 'sa1', slot: 'sa1' };
    const lines = connectionLines(connection);
    const before = readFileSync(join(old.dataDirectory, 'postgresql.auto.conf'), 'utf8');
    expect(old.run(follow(layout(old)).argv, lines.slice(0, 40)).code).toBe(6);
    expect(readFileSync(join(old.dataDirectory, 'postgresql.auto.conf'), 'utf8')).toBe(before);
    for (const _ of [1, 2]) expect(next.run(makeStandbySlot('sa1').argv)).toMatchObject({ code: 0, stderr: '' });
    for (const _ of [1, 2]) expect(old.run(follow(layout(old)).argv, lines)).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(join(old.dataDirectory, 'postgresql.auto.conf'), 'utf8').match(/primary_conninfo/g)).toHaveLength(1);
    await old.start();
    await waitFor(
      'the old primary to stream',
      () => (next.sql('select application_name, state from pg_stat_replication') === 'sa1|streaming' ? [] : ['a row']),
      { timeoutMs: 15_000 },
    );
    await waitFor(
      'the old primary to say itself that it replays the new timeline',
      () => {
        const said = old.run(replaysHere(layout(old)).argv).stdout.trim();
        return said.split('|')[1] === '2' ? [] : [said];
      },
      { timeoutMs: 15_000 },
    );
    expect(next.sql("select active from pg_replication_slots where slot_name = 'sa1'")).toBe('t');
    expect(old.sql('select pg_is_in_recovery()')).toBe('t');
  });

  it('drop a slot that nobody uses on the standby, and none that is in use', () => {
    expect(old.run(dropStandbySlot('sa2').argv)).toMatchObject({ code: 0, stderr: '' });
    expect(old.sql('select count(*) from pg_replication_slots')).toBe('0');
    expect(next.run(dropStandbySlot('sa1').argv).code).toBe(0);
    expect(next.sql('select count(*) from pg_replication_slots')).toBe('1');
  });
});
