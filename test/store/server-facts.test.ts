import { expect, it } from 'vitest';
import { serverFactsIn } from '../../src/store/server-facts.ts';

it.each([
  ['6.2.14', false],
  ['7.0.15', false],
  ['7.1.241', false],
  ['7.2.0', true],
  ['7.10.1', true],
  ['8.0.0', true],
  ['', false],
])('a server of version %j waits for the disks of its replicas: %s, as WAITAOF came with Redis 7.2', (version, waitsForDisk) => {
  expect(serverFactsIn(`# Server\r\nredis_version:${version}\r\n# Replication\r\nrole:master\r\n`)).toEqual({
    role: 'master',
    waitsForDisk,
  });
});
