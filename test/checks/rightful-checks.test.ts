import { describe, expect, it } from 'vitest';
import type { Check } from '../../src/core/check.ts';
import { notRead } from '../support/fake-cluster.ts';
import { dataIn, PARTED } from '../support/fake-rebuild.ts';
import { type Loose, MIB, read } from '../support/healthy-cluster.ts';
import {
  before,
  both,
  type Change,
  control,
  histories,
  memberOf,
  planned,
  serverIn,
  sqlIn,
  stopped,
} from '../support/split-plain.ts';

/** Case, change, id, verdict, part of the sentence. */
type Row = readonly [string, Change, string, Check['verdict'] | 'hard block' | 'absent', string];

describe('who is the right primary', () => {
  it.each<Row>([
    ['the one that was promoted in its place', () => undefined, 'rightful-primary', 'pass', 'it was promoted in its place'],
    [
      'a node that was promoted itself',
      histories({
        timeline: 8,
        left: [
          { timeline: 6, lsn: PARTED },
          { timeline: 7, lsn: PARTED + MIB },
        ],
      }),
      'rightful-primary',
      'hard block',
      'pg1 never had timeline 8 of pg3',
    ],
    [
      'two that were promoted at once',
      histories({ timeline: 7, left: [{ timeline: 6, lsn: PARTED - MIB }] }),
      'rightful-primary',
      'hard block',
      'can not be told',
    ],
    [
      'one that was promoted itself just now, of which the control file does not tell yet',
      both(histories({ timeline: 7, left: [{ timeline: 6, lsn: PARTED - MIB }] }), (fake) =>
        Object.assign(control(fake), { timeline: 6 }),
      ),
      'rightful-primary',
      'hard block',
      'pg1 never had timeline 7 of pg3',
    ],
    [
      'two primaries of one timeline',
      histories({ timeline: 7, left: [{ timeline: 6, lsn: PARTED }] }),
      'rightful-primary',
      'hard block',
      'primaries of the same timeline',
    ],
    [
      'another system that runs',
      (fake) => void Object.assign(control(fake), { systemId: '42' }),
      'rightful-primary',
      'hard block',
      'another system',
    ],
    [
      'another system that is stopped',
      stopped(before, 'shut down', (fake) => void Object.assign(control(fake), { systemId: '42' })),
      'rightful-primary',
      'pass',
      'another system',
    ],
    [
      'a running one whose history is gone',
      (fake) => Reflect.deleteProperty(dataIn(fake, 'pg3'), 'history'),
      'rightful-primary',
      'hard block',
      'is not known',
    ],
    [
      'a stopped one whose history is gone',
      stopped(before, 'shut down', (fake) => Reflect.deleteProperty(dataIn(fake, 'pg3'), 'history')),
      'rightful-primary',
      'warn',
      'is not known',
    ],
    [
      'clients of the node alone',
      (fake) => Object.assign(fake.closer.clients, { pg3: clients(4), pg1: clients(0) }),
      'no-clients',
      'hard block',
      '4 clients are connected to pg3 (app from 10.0.0.9 and others), 0 to pg1',
    ],
    [
      'clients of both',
      (fake) => Object.assign(fake.closer.clients, { pg3: clients(1) }),
      'no-clients',
      'warn',
      '1 client is connected to pg3 (app from 10.0.0.9), 5 to pg1',
    ],
    [
      'a standby that follows the node',
      (fake) => {
        sqlIn(fake, 'pg3').standbys.push({ name: 'pg2', state: 'streaming', syncState: 'async' });
        sqlIn(fake, 'pg2').walReceiver = { status: 'streaming', senderHost: '10.0.0.3', timeline: 6 };
      },
      'no-followers',
      'hard block',
      'pg2 streams from pg3',
    ],
    [
      'a row of a standby that follows the primary',
      (fake) => {
        sqlIn(fake, 'pg3').standbys.push({ name: 'pg2', state: 'streaming', syncState: 'async' });
        sqlIn(fake, 'pg2').walReceiver = { status: 'streaming', senderHost: '10.0.0.1', timeline: 7 };
      },
      'no-followers',
      'pass',
      'no member streams',
    ],
    [
      'a third member that is silent',
      (fake) => Object.assign(memberOf(fake, 'pg2'), { sql: notRead('no answer') as Loose<ReturnType<typeof notRead>> }),
      'silent-members',
      'block',
      'pg2 could not be asked',
    ],
    [
      'HAProxy that sends writes to it',
      (fake) => Object.assign(fake.split.shown.snapshot, { proxies: [routed('pg3')] }),
      'not-routed',
      'hard block',
      'sends writes to pg3',
    ],
    [
      'HAProxy that sends none',
      (fake) => Object.assign(fake.split.shown.snapshot, { proxies: [routed('pg1')] }),
      'not-routed',
      'pass',
      'no HAProxy',
    ],
    [
      'a server that runs as a primary and has no connection free',
      (fake) => Object.assign(memberOf(fake, 'pg3'), { sql: notRead('too many clients') as Loose<ReturnType<typeof notRead>> }),
      'silent-server',
      'hard block',
      'too many clients; who uses it is not known',
    ],
    [
      'a server that runs as a standby and lets nobody in',
      stopped(before, 'in archive recovery', (fake) => Object.assign(serverIn(fake, 'pg3'), { process: 'running' })),
      'silent-server',
      'absent',
      '',
    ],
    ['a server that is silent as it is stopped', stopped(before, 'in production'), 'silent-server', 'absent', ''],
    ['clients of a node that is stopped', stopped(before), 'no-clients', 'absent', ''],
    [
      'a history that is not written yet',
      (fake) => Object.assign(dataIn(fake, 'pg1'), { history: { timeline: 6, left: [] } }),
      'history-written',
      'hard block',
      'ask again',
    ],
  ])('%s', async (_case, change, id, verdict, part) => {
    const check = (await planned(change)).checks.find((one) => one.id === id);
    expect(check === undefined ? 'absent' : check.verdict === 'block' && check.hard ? 'hard block' : check.verdict).toBe(verdict);
    expect(`${check?.says ?? ''} ${check?.hint ?? ''}`).toContain(part);
  });

  it.each<[string, Change, string, string]>([
    ['nobody else leads', (fake) => Object.assign(sqlIn(fake, 'pg1'), { inRecovery: true }), 'pg3', 'pg3 leads split'],
    [
      'two others lead',
      (fake) => Object.assign(sqlIn(fake, 'pg2'), { inRecovery: false }),
      'pg3',
      'nobody knows which one to rebuild pg3 from',
    ],
    [
      'nobody leads',
      both(stopped(before), (fake) => Object.assign(sqlIn(fake, 'pg1'), { inRecovery: true })),
      'pg3',
      'there is no primary to rebuild pg3 from',
    ],
  ])('is refused where %s', async (_case, change, node, words) => {
    await expect(planned(change, {}, node)).rejects.toThrow(words);
  });
});

const groups = ['app', 'cron'].map((user) => ({ user, application: '', client: '10.0.0.9', sessions: 2, active: 0 }));
const clients = (connected: number) => ({ connected, active: 0, groups: connected === 0 ? [] : groups.slice(0, connected) });
const routed = (member: string) => ({
  name: 'lb1',
  stats: read({ primary: [{ member, status: 'UP', sessions: 1 }], replicas: [] }) as never,
});
