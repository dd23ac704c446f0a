/** Answers in the form of Patroni 3.0 (Debian 12) and 4.0 (Debian 13). */
export const primary30 = {
  state: 'running',
  postmaster_start_time: '2026-11-22 22:22:45.649543+00:00',
  role: 'master',
  server_version: 150018,
  xlog: { location: 67108960 },
  timeline: 3,
  replication: [
    {
      usename: 'replicator',
      application_name: 'pg2',
      client_addr: '10.77.0.12',
      state: 'streaming',
      sync_state: 'async',
      sync_priority: 0,
    },
  ],
  dcs_last_seen: 1795386165,
  tags: { clonefrom: false },
  database_system_identifier: '7711123950511697988',
  pending_restart: true,
  patroni: { version: '3.0.2', scope: 'billing' },
};

export const replica30 = {
  state: 'running',
  role: 'replica',
  server_version: 150018,
  xlog: { received_location: 67108960, replayed_location: 67108960, replayed_timestamp: null, paused: true },
  timeline: 3,
  dcs_last_seen: 1795386165,
  patroni: { version: '3.0.2', scope: 'billing' },
};

export const replica40 = {
  state: 'running',
  role: 'replica',
  server_version: 170012,
  xlog: {
    received_location: 67108960,
    replayed_location: 67108960,
    replayed_timestamp: '2026-11-22 22:40:01.1+00:00',
    paused: false,
  },
  timeline: 3,
  replication_state: 'streaming',
  dcs_last_seen: 1795386165,
  tags: { nofailover: true, failover_priority: 0 },
  pending_restart: true,
  pending_restart_reason: { max_connections: { old_value: '100', new_value: '200' } },
  scheduled_restart: { schedule: '2026-11-23T03:00:00+00:00' },
  database_system_identifier: '7711123950511697988',
  pause: true,
  patroni: { version: '4.0.7', scope: 'billing', name: 'pg2' },
};

export const stopped40 = {
  state: 'stopped',
  role: 'demoted',
  cluster_unlocked: true,
  failsafe_mode_is_active: true,
  watchdog_failed: true,
  patroni: { version: '4.0.7', scope: 'billing', name: 'pg1' },
};

export const cluster41 = {
  members: [
    {
      name: 'pg1',
      role: 'leader',
      state: 'running',
      api_url: 'http://10.77.0.11:8008/patroni',
      host: '10.77.0.11',
      port: 5432,
      timeline: 3,
    },
    {
      name: 'pg2',
      role: 'sync_standby',
      state: 'streaming',
      timeline: 3,
      lag: 0,
      receive_lag: 0,
      replay_lag: 12,
      receive_lsn: '0/4000060',
    },
    {
      name: 'pg3',
      role: 'replica',
      state: 'start failed',
      timeline: 2,
      lag: 'unknown',
      receive_lag: 'unknown',
      replay_lag: 'unknown',
    },
  ],
  scope: 'billing',
  scheduled_switchover: { at: '2026-11-23T03:00:00+00:00', from: 'pg1', to: 'pg2' },
};

export const history30 = [
  [1, 167772320, 'no recovery target specified', '2026-11-22T22:22:47.649543+00:00', 'pg2'],
  [2, 167772999, 'no recovery target specified'],
];
