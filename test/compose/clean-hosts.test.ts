import { afterEach, expect, it } from 'vitest';
import { cleanHosts } from '../../src/compose/clean-hosts.ts';
import { systemClock } from '../../src/core/clock.ts';
import { closePools, poolOn } from '../support/ssh-pool-on.ts';
import { quietLog } from '../support/quiet-log.ts';
import { says } from '../support/ssh-server.ts';

afterEach(closePools);

it('a host that cannot be tidied up is logged, and the others are still tidied up', async () => {
  const { ssh, server } = await poolOn((line, channel) => {
    if (line.includes('sudo')) says(channel, 1, '', 'sudo: a password is required\n');
    else says(channel, 0);
  });
  const warned: string[] = [];
  const log = { ...quietLog, warn: (_text: string, fields?: object) => void warned.push(JSON.stringify(fields)) };
  const clusters = [
    { config: { name: 'no-ssh', members: [{ name: 'pg9' }], pgbouncers: [] } },
    { config: { name: 'billing', members: [{ name: 'gone' }, { name: 'pg1' }], pgbouncers: [] }, ssh },
  ];
  await cleanHosts(clusters, { clock: systemClock, log });
  expect(server.lines.some((line) => line.includes('/var/lib/trunkline/claims'))).toBe(true);
  expect(warned.filter((line) => line.includes('no ssh is configured for gone'))).toHaveLength(2);
  expect(warned.filter((line) => line.includes("does not grant 'clean units' as postgres"))).toHaveLength(1);
});

it('old claims are deleted on the host of a PgBouncer too, which grants no sudo for the results of long work', async () => {
  const { ssh, server } = await poolOn((_line, channel) => says(channel, 0));
  const clusters = [{ config: { name: 'billing', members: [], pgbouncers: [{ name: 'pg1' }] }, ssh }];
  const warned: string[] = [];
  await cleanHosts(clusters, { clock: systemClock, log: { ...quietLog, warn: (text: string) => void warned.push(text) } });
  expect(server.lines).toEqual([expect.stringMatching(/find' '\/var\/lib\/trunkline\/claims' .* '-mtime' '\+30'/)]);
  expect(warned).toEqual([]);
});
