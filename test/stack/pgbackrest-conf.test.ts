import { describe, expect, it } from 'vitest';
import { pgbackrestConf } from '../../src/stack/pgbackrest-conf.ts';

const repository = { stanza: 'billing', path: '/var/lib/pgbackrest', retentionFull: 2 };

describe('pgbackrestConf', () => {
  it('numbers the hosts of the stanza, so that a backup finds the primary among them', () => {
    const text = pgbackrestConf(repository, [
      { address: '192.0.2.1', dataDirectory: '/data' },
      { address: '192.0.2.2', dataDirectory: '/data' },
    ]);
    expect(text).toContain('[billing]\npg1-host=192.0.2.1\npg1-path=/data\npg2-host=192.0.2.2\npg2-path=/data\n');
  });

  it('has no host for the PostgreSQL beside it', () => {
    expect(pgbackrestConf(repository, [{ dataDirectory: '/data' }])).toContain('[billing]\npg1-path=/data\n');
  });

  it('limits what is kept, as a full repository stops archiving and then the primary', () => {
    expect(pgbackrestConf(repository, [])).toContain('repo1-retention-full=2\n');
  });
});
