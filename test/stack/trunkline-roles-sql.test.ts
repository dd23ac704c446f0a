import { describe, expect, it } from 'vitest';
import { scramVerifier } from '../../src/stack/scram-verifier.ts';
import { trunklineRolesSql } from '../../src/stack/trunkline-roles-sql.ts';

const verifier = scramVerifier('pencil', Buffer.alloc(16, 1));
const sql = trunklineRolesSql({ reader: verifier, probe: verifier, probeDatabase: 'trunkline_probe' });

describe('scramVerifier', () => {
  it('makes the verifier of the example in RFC 7677', () => {
    expect(scramVerifier('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'))).toBe(
      'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
    );
  });

  it('refuses a password that would need normalising, as PostgreSQL and the client could disagree', () => {
    expect(() => scramVerifier('pässword', Buffer.alloc(16))).toThrow('printable ASCII');
    expect(() => scramVerifier('', Buffer.alloc(16))).toThrow('printable ASCII');
    expect(() => scramVerifier('pencil', Buffer.alloc(8))).toThrow('16 bytes, not 8');
  });
});

describe('trunklineRolesSql', () => {
  it('carries no clear-text password: statements are logged', () => {
    expect(sql.roles).toContain(`PASSWORD '${verifier}'`);
    expect(() => trunklineRolesSql({ reader: 'pencil', probe: verifier, probeDatabase: 'p' })).toThrow('not a password');
  });

  it('gives the reader statistics and no right to write or to administer', () => {
    expect(sql.roles).toContain('GRANT pg_monitor TO trunkline;');
    expect(sql.roles).toContain('ALTER ROLE trunkline SET default_transaction_read_only = on;');
    expect(sql.roles.match(/LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION/g)).toHaveLength(2);
  });

  it('keeps the probe in a database of its own with one row', () => {
    expect(sql.database).toContain('CREATE DATABASE trunkline_probe OWNER trunkline_probe');
    expect(sql.table).toContain('id integer PRIMARY KEY CHECK (id = 1)');
  });

  it('can be run again, as a half-made set-up is repaired by running it', () => {
    expect(sql.roles.match(/IF NOT EXISTS/g)).toHaveLength(2);
    expect(sql.database).toContain('WHERE NOT EXISTS');
    expect(sql.table).toMatch(/CREATE TABLE IF NOT EXISTS[\s\S]*ON CONFLICT DO NOTHING/);
  });

  it('refuses a database name that would be SQL', () => {
    expect(() => trunklineRolesSql({ reader: verifier, probe: verifier, probeDatabase: 'x; drop' })).toThrow(
      'no plain database name',
    );
  });
});
