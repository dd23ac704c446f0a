import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createWriteProbe } from '../../src/postgres/write-probe.ts';
import { scramVerifier } from '../../src/stack/scram-verifier.ts';
import { trunklineRolesSql } from '../../src/stack/trunkline-roles-sql.ts';
import { type PostgresServer, postgresServer } from '../support/postgres-server.ts';
import { quietLog } from '../support/quiet-log.ts';
import { until } from '../support/until.ts';

/** A loaded machine holds the probe up for so long; a wrong reading would be off by the length of the outage or more. */
const HELD_UP_MS = 5000;

describe('the write probe', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await postgresServer();
    const verifier = scramVerifier('probe-pw', Buffer.alloc(16, 7));
    const { roles, table } = trunklineRolesSql({ reader: verifier, probe: verifier, probeDatabase: 'trunkline_probe' });
    server.sql(roles);
    server.sql('CREATE DATABASE trunkline_probe OWNER trunkline_probe');
    server.sql(table, 'trunkline_probe');
  });
  afterAll(() => server.remove());

  const probe = (systemId?: string) =>
    createWriteProbe({
      login: { host: '127.0.0.1', port: server.port, database: 'trunkline_probe', user: 'trunkline_probe', password: 'probe-pw' },
      clock: systemClock,
      log: quietLog,
      ...(systemId ? { systemId } : {}),
    });
  const writes = () => Number(server.sql("SELECT seq FROM probe WHERE run = 'r1'", 'trunkline_probe') || 0);
  it('finds the gap that a restart makes, within its resolution, and who wrote before and after', async () => {
    const running = probe();
    expect(await running.start('r1')).toBe(true);
    await until(() => writes() >= 10);
    const stoppedMs = Date.now();
    await server.stop('fast');
    const downMs = Date.now();
    await server.start();
    const upMs = Date.now();
    const before = writes();
    await until(() => writes() >= before + 10);
    const result = await running.stop();
    const { outage } = result;
    expect(outage).toBeDefined();
    if (!outage) return;
    expect(outage.lastGoodWriteAtMs).toBeGreaterThan(stoppedMs - HELD_UP_MS);
    expect(outage.lastGoodWriteAtMs).toBeLessThanOrEqual(downMs);
    expect(outage.firstGoodWriteAtMs).toBeGreaterThan(downMs);
    expect(outage.firstGoodWriteAtMs).toBeLessThan(upMs + HELD_UP_MS);
    expect(result).toMatchObject({ resolutionMs: 50, measuredAt: `127.0.0.1:${server.port}` });
    expect(result.failures).toBeGreaterThan(0);
    expect(result.first?.timeline).toBe(1);
    expect(result.last?.server).toBe(`127.0.0.1:${server.port}`);
  });

  it('writes at most 20 times a second and reports no outage where there is none', async () => {
    const running = probe();
    const began = Date.now();
    await running.start('quiet');
    await until(() => Date.now() - began > 1000);
    const result = await running.stop();
    expect(result.writes).toBeLessThanOrEqual(Math.ceil((Date.now() - began) / 50) + 1);
    expect(result.stopped).toBeUndefined();
    expect(result.stillOutSinceMs).toBeUndefined();
  });

  it('does not write after its stop', async () => {
    const running = probe();
    await running.start('r1');
    await running.stop();
    const count = writes();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(writes()).toBe(count);
  });

  it('stops at once when another cluster answers, and says so', async () => {
    const running = probe('1234567890');
    await running.start('r1');
    const result = await running.stop();
    expect(result.stopped).toMatch(/belongs to another cluster/);
    expect(result.writes).toBe(0);
  });

  it('says that no write came through when nothing listens', async () => {
    await server.stop('fast');
    const running = probe();
    expect(await running.start('r1')).toBe(false);
    const result = await running.stop();
    await server.start();
    expect(result).toMatchObject({ writes: 0, lastFailure: 'connection refused' });
    expect(result.outage).toBeUndefined();
  });
});
