import { createServer } from 'node:http';

/** Answers as Patroni of a healthy leader does, for every member alike; a process of its own. Says its port. */
const body = JSON.stringify({
  ...{ state: 'running', role: 'primary', server_version: 150_018, timeline: 1, tags: {} },
  ...{ postmaster_start_time: '2026-11-20 10:00:00.000+00:00', database_system_identifier: '7711123950511697988' },
  ...{ xlog: { location: 67_108_960 }, replication: [], patroni: { version: '4.0.7', scope: 'billing', name: 'pg1' } },
});
const server = createServer((request, response) => {
  request.resume();
  response.setHeader('content-type', 'application/json').end(body);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${JSON.stringify({ port: typeof address === 'object' ? address?.port : 0 })}\n`);
});
