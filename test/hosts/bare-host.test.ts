import { describe, expect, it } from 'vitest';
import { parseHostSurvey, parsePaths } from '../../src/hosts/bare-host.ts';

describe('the survey of a host', () => {
  it('gives its clock, its programs and the copies that were started there, the newest last', () => {
    const text = `now 1796000000123
postgres postgres (PostgreSQL) 15.18 (Debian 15.18-1.pgdg120+1)
libc glibc 2.36
patroni patroni 3.0.2
unit 1795999000 143 inactive 77-1-r1aaaaaa-copy
unit 1795999990 - active 77-1-r2bbbbbb-copy
`;
    expect(parseHostSurvey(text)).toEqual({
      clockMs: 1_796_000_000_123,
      postgresVersion: '15.18',
      libcVersion: '2.36',
      patroniVersion: '3.0.2',
      copies: [
        { claim: '77-1-r1aaaaaa-copy', startedAtMs: 1_795_999_000_000, exitCode: 143, isRunning: false },
        { claim: '77-1-r2bbbbbb-copy', startedAtMs: 1_795_999_990_000, isRunning: true },
      ],
    });
  });

  it('says of a host without anything that nothing is there, and nothing of one that does not answer as it should', () => {
    expect(parseHostSurvey('now 1796000000123\n')).toEqual({ clockMs: 1_796_000_000_123, copies: [] });
    expect(() => parseHostSurvey('bash: now: command not found\n')).toThrow(/what time it is/);
  });

  it('takes a path with blanks as it is', () => {
    expect(parsePaths('filled\tyes\tno\t4096\t   123456\t/srv/a b\nabsent no yes - 1 /x\nnonsense\n')).toEqual({
      '/srv/a b': { kind: 'filled', writable: true, isMount: false, freeBytes: 123_456, usedBytes: 4096 },
      '/x': { kind: 'absent', writable: false, isMount: true, freeBytes: 1 },
    });
  });
});
