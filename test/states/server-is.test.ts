import { serverIs } from '../../src/states/server-is.ts';
import { CLUSTER, NOW } from '../support/healthy-cluster.ts';
import { type Change, healthy, testStates } from './state-table.ts';

const of = { cluster: CLUSTER, member: 'pg2', service: 'patroni' } as const;
const server =
  (process: 'running' | 'stopped' | 'no data directory', active: string): Change =>
  ({ shown }) => {
    const reading = shown.servers.pg2;
    if (!reading?.ok) throw new Error('pg2 is read');
    Object.assign(reading.value, { process, patroni: { ...reading.value.patroni, active } });
  };
const masked: Change = (fake) => {
  server('stopped', 'inactive')(fake);
  const reading = fake.shown.servers.pg2;
  if (reading?.ok) reading.value.patroni.enabled = 'masked';
};
const silent: Change = ({ shown }) => {
  shown.servers.pg2 = { ok: false, why: 'connection refused', source: 'ssh', atMs: NOW };
};

testStates({
  'a server that shall run': [
    serverIs({ ...of, process: 'running' }),
    ['runs under Patroni', healthy, true, 'runs'],
    ['has a Patroni that starts it only now', server('stopped', 'active'), 'not yet', 'is stopped'],
    ['lives on after its Patroni, so nobody looks after it', server('running', 'failed'), 'not yet', 'failed'],
    ['is on a host that does not answer', silent, 'not yet', 'can not be asked'],
  ],
  'a server that shall be stopped': [
    serverIs({ ...of, process: 'stopped' }),
    ['still runs', healthy, 'not yet', 'runs'],
    ['is stopped and nobody would start it again', server('stopped', 'inactive'), true, 'is stopped'],
    ['is stopped, but Patroni lives and would start it', server('stopped', 'active'), 'not yet', 'active'],
    ['is on a host that does not answer, which proves nothing', silent, 'not yet', 'can not be asked'],
  ],
  'a server whose data directory is not there': [
    serverIs({ ...of, process: 'stopped' }),
    ['is not known to be stopped, as the path may be wrong', server('no data directory', 'inactive'), 'not yet', 'is configured'],
  ],
  'a server that shall not run before a copy is made': [
    serverIs({ ...of, process: 'not running' }),
    ['has no data directory yet', server('no data directory', 'inactive'), true, 'has no data directory'],
    ['is stopped', server('stopped', 'inactive'), true, 'is stopped'],
    ['runs', healthy, 'not yet', 'runs'],
  ],
  'a server that shall not even be started by a boot': [
    serverIs({ ...of, process: 'stopped', masked: true }),
    ['is stopped, but its unit is only inactive', server('stopped', 'inactive'), 'not yet', 'not masked'],
    ['is stopped and masked', masked, true, 'is stopped'],
  ],
});
