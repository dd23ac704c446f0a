import { describe, expect, it } from 'vitest';
import { CONFIG_KEYS } from '../../src/core/config-keys.ts';
import {
  comparable,
  comparableSetting,
  configKey,
  parseConfigValue,
  patchOf,
  shownConfigValue,
} from '../../src/core/config-value.ts';
import { hideSecrets } from '../../src/patroni/hide-secrets.ts';

const parse = (name: string, text: string) => parseConfigValue(configKey(name), text);

describe('the closed list of settings', () => {
  it('holds nothing that runs something, loads something or decides who may log in', () => {
    const names = [...CONFIG_KEYS.keys()];
    expect(names.length).toBeGreaterThan(50);
    expect(
      names.filter((name) => /command|librar|preload|hba|ident|auth|password|conninfo|ssl|director|path|listen/.test(name)),
    ).toEqual([]);
  });

  it.each([
    'archive_command',
    'restore_command',
    'shared_preload_libraries',
    'pg_hba',
    'ssl_key_file',
    'password_encryption',
    'primary_conninfo',
  ])('refuses %s and says why', (name) => {
    expect(() => configKey(name)).toThrow(/is not set from chat: it is a command, a library, a path, or decides who may log in/);
  });

  it('names the nearest setting for a slip of the hand', () => {
    expect(() => configKey('workmem')).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('Did you mean work_mem?') }),
    );
  });
});

describe('a value that is typed', () => {
  it.each([' ', '\u00a0', '\n', '\u2028', '\t'])(
    'holds no white space of any kind (%j), with which PostgreSQL would not start',
    (blank) => {
      const value = parseConfigValue(configKey('work_mem'), `${blank}64${blank}MB${blank}`);
      expect(value).toBe('64MB');
    },
  );

  it.each([
    ['work_mem', '64MB', '64MB'],
    ['work_mem', '65536', 65_536],
    ['ttl', '30s', 30],
    ['ttl', '1min', 60],
    ['maximum_lag_on_failover', '1MB', 1_048_576],
    ['log_min_duration_statement', '-1', -1],
    ['log_lock_waits', 'true', 'on'],
    ['failsafe_mode', 'on', true],
    ['synchronous_mode', 'quorum', 'quorum'],
    ['synchronous_mode', 'off', false],
    ['random_page_cost', '1.1', 1.1],
    ['work_mem', 'null', null],
    ['idle_in_transaction_session_timeout', '0', 0],
    ['idle_in_transaction_session_timeout', '10s', '10s'],
    ['max_slot_wal_keep_size', '-1', -1],
    ['autovacuum_vacuum_cost_delay', '-1', -1],
    ['wal_buffers', '16MB', '16MB'],
    ['shared_buffers', '128MB', '128MB'],
  ])('%s=%s is stored as %j', (name, text, stored) => {
    expect(parse(name, text)).toEqual(stored);
  });

  it.each([
    ['work_mem', '64mb'],
    ['work_mem', '1kB'],
    ['work_mem', "64MB'; select 1"],
    ['ttl', '19'],
    ['ttl', '30.5'],
    ['max_connections', '24'],
    ['max_connections', '1e3'],
    ['checkpoint_completion_target', '2'],
    ['failsafe_mode', 'maybe'],
    ['synchronous_mode', 'strict'],
    ['deadlock_timeout', '1MB'],
    // Each of these PostgreSQL or Patroni takes, and each stops a cluster or its clients.
    ['idle_in_transaction_session_timeout', '1ms'],
    ['idle_in_transaction_session_timeout', '9s'],
    ['wal_sender_timeout', '1ms'],
    ['wal_receiver_timeout', '50ms'],
    ['deadlock_timeout', '1ms'],
    ['ttl', '1h'],
    ['primary_start_timeout', '1d'],
    ['maximum_lag_on_failover', '0'],
    ['maximum_lag_on_failover', '1TB'],
    ['work_mem', '1TB'],
    ['max_connections', '200000'],
    ['shared_buffers', '16'],
    ['shared_buffers', '8TB'],
    ['max_slot_wal_keep_size', '0'],
    ['max_wal_size', '64MB'],
    ['log_min_duration_statement', '0'],
    ['autovacuum_vacuum_scale_factor', '100'],
    ['autovacuum_vacuum_cost_limit', '1'],
    ['autovacuum_naptime', '1d'],
    ['checkpoint_timeout', '1d'],
    ['checkpoint_completion_target', '0'],
    ['random_page_cost', '0'],
  ])('%s=%s is refused with what it takes', (name, text) => {
    expect(() => parse(name, text)).toThrow(
      expect.objectContaining({ kind: 'refusal', hint: expect.stringContaining(`${name} takes`) }),
    );
  });
});

it('says what turns a setting off beside its bounds', () => {
  expect(() => parse('idle_in_transaction_session_timeout', '1ms')).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('takes 0, or a whole number from 10000 to') }),
  );
});

describe('values of different spelling', () => {
  it.each([
    ['work_mem', '64MB', '65536', 'kB'],
    ['shared_buffers', '128MB', '16384', '8kB'],
    ['checkpoint_timeout', '5min', '300', 's'],
    ['max_wal_size', '1GB', '1024', 'MB'],
    ['log_lock_waits', 'on', 'on', undefined],
    ['log_min_duration_statement', -1, '-1', 'ms'],
    ['max_connections', 100, '100', undefined],
  ])('%s %j is what pg_settings shows as %s %s', (name, stored, setting, unit) => {
    const key = configKey(name);
    expect(comparable(key, stored)).toBe(comparableSetting(key, setting, unit));
  });

  it('are told as people read them', () => {
    expect(shownConfigValue(configKey('maximum_lag_on_failover'), 1_048_576)).toBe('1 MiB (1048576)');
    expect(shownConfigValue(configKey('ttl'), 30)).toBe('30 s');
    expect(shownConfigValue(configKey('work_mem'), undefined)).toBe('not set');
  });
});

it('puts each setting where Patroni keeps it', () => {
  expect(patchOf({ ttl: 30, work_mem: '64MB', use_pg_rewind: true, log_lock_waits: null })).toEqual({
    ttl: 30,
    postgresql: { use_pg_rewind: true, parameters: { work_mem: '64MB', log_lock_waits: null } },
  });
});

it('shows no secret and no command of the dynamic configuration', () => {
  const shown = hideSecrets({
    ttl: 30,
    postgresql: {
      parameters: { work_mem: '64MB', archive_command: 'curl -H "x: k3y" %p', primary_conninfo: 'password=k3y' },
      pg_hba: ['host all all 10.0.0.0/8 scram-sha-256', 'host all k3y 0.0.0.0/0 trust'],
      recovery_conf: { restore_command: 'fetch k3y' },
    },
    standby_cluster: { host: '10.0.0.9', restore_command: 'fetch k3y', note: 'postgres://u:k3y@h/db' },
  });
  expect(JSON.stringify(shown)).not.toContain('k3y');
  expect(shown).toMatchObject({ ttl: 30, postgresql: { parameters: { work_mem: '64MB' }, pg_hba: '[2 lines]' } });
  expect([...CONFIG_KEYS.keys()].every((name) => hideSecrets({ [name]: 1 })[name] === 1)).toBe(true);
});
