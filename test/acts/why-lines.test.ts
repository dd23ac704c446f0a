import { expect, it } from 'vitest';
import { whyLines } from '../../src/acts/why-lines.ts';

const at = (second: number, text: string): string =>
  `2026-11-22T22:35:${String(second).padStart(2, '0')}+0000 pg1 patroni[412]: 2026-11-22 22:35:${String(second).padStart(2, '0')},123 ${text}`;

it('keeps the sentences that say why, without the prefix of the journal', () => {
  const log = [
    at(1, 'INFO: received switchover request with leader=pg1 candidate=pg2 scheduled_at=None'),
    at(2, 'INFO: Got response from pg2 http://10.0.0.2:8008/patroni: {"state": "running"}'),
    at(3, 'INFO: Member pg2 exceeds maximum replication lag'),
    at(4, 'WARNING: manual failover: no healthy members found, failover is not possible'),
    at(5, 'INFO: Cleaning up failover key'),
    at(6, 'INFO: Lock owner: pg1; I am pg1'),
  ].join('\n');
  expect(whyLines(log, 10)).toEqual([
    expect.stringContaining('received switchover request'),
    '2026-11-22 22:35:03,123 INFO: Member pg2 exceeds maximum replication lag',
    expect.stringContaining('no healthy members found'),
    expect.stringContaining('Cleaning up failover key'),
  ]);
});

it('tells what repeats in every loop once, the last time', () => {
  const log = [1, 2, 3].map((second) => at(second, 'INFO: no action. I am (pg1), the leader with the lock')).join('\n');
  expect(whyLines(log, 10)).toEqual(['2026-11-22 22:35:03,123 INFO: no action. I am (pg1), the leader with the lock']);
});

it.each([
  'INFO: Demoting self (graceful)',
  'pg_basebackup: error: could not write to file "base/1/1247": No space left on device',
  'INFO: waiting for leader to bootstrap',
  'ERROR: ObjectCache.run ProtocolError',
  'LOG:  received fast shutdown request; database system is shut down',
  'LOG:  archive command failed with exit code 1: archiving error',
])('keeps %s', (text) => {
  expect(whyLines(at(1, text), 10)).toHaveLength(1);
});

it.each([
  "app@shop STATEMENT:  UPDATE jobs SET state = 'paused', api_key = 'hunter2'",
  'CONTEXT:  COPY jobs, line 1: "paused,hunter2"',
  "\tWHERE state = 'terminated ' AND api_key = 'hunter2'",
])('drops what a client wrote, whatever words are in it: %s', (text) => {
  const line = `2026-11-22T22:35:01+0000 pg1 patroni[412]: ${text}`;
  expect(whyLines(line, 10)).toEqual([]);
});

it('shows no value of an error that a client made, as everybody reads the thread', () => {
  const log = [
    at(1, 'ERROR:  invalid input syntax for type integer: "hunter2"'),
    at(2, "ERROR:  unrecognized configuration parameter 'hunter2'"),
  ].join('\n');
  expect(whyLines(log, 10)).toHaveLength(2);
  expect(whyLines(log, 10).join()).not.toContain('hunter2');
});

it('drops noise, blank lines and the headers of the journal', () => {
  const log = [
    '-- Journal begins at Sun 2026-11-22 --',
    '',
    at(1, 'INFO: Lock owner: pg1; I am pg1'),
    at(2, '127.0.0.1 - - "GET /patroni" 200'),
  ];
  expect(whyLines(log.join('\n'), 10)).toEqual([]);
});

it('keeps the newest when there are more than fit in a thread, and cuts a line of any length', () => {
  const letters = 'abcdefghijklmnopqrstuvwxyz'.split('');
  const told = whyLines(letters.map((letter, i) => at(i, `ERROR: ${letter} ${'x'.repeat(5000)}`)).join('\n'), 10);
  expect(told).toHaveLength(10);
  expect(told.at(-1)).toContain('ERROR: z');
  expect(told.every((line) => line.length <= 300)).toBe(true);
});
