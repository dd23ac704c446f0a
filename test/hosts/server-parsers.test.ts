import { describe, expect, it } from 'vitest';
import { parseControlData } from '../../src/hosts/parse-control-data.ts';
import { parseService } from '../../src/hosts/parse-service.ts';

const CONTROL = `pg_control version number:            1300
Catalog version number:               202209061
Database system identifier:           7711123950511697988
Database cluster state:               shut down in recovery
pg_control last modified:             Thu Nov 26 14:00:00 2026
Latest checkpoint location:           1/3000060
Latest checkpoint's REDO location:    0/3000028
Latest checkpoint's REDO WAL file:    000000010000000000000003
Latest checkpoint's TimeLineID:       2
Latest checkpoint's PrevTimeLineID:   1
Latest checkpoint's full_page_writes: on
Minimum recovery ending location:     0/30000D8
Min recovery ending loc's timeline:   2
wal_log_hints setting:                on
Bytes per WAL segment:                16777216
Data page checksum version:           0
`;

describe('the control file', () => {
  it('gives what a rebuild is judged by', () => {
    expect(parseControlData(CONTROL)).toEqual({
      systemId: '7711123950511697988',
      state: 'shut down in recovery',
      checkpointLsn: 2 ** 32 + 0x3000060,
      redoLsn: 0x3000028,
      timeline: 2,
      previousTimeline: 1,
      minRecoveryLsn: 0x30000d8,
      minRecoveryTimeline: 2,
      fullPageWrites: true,
      walLogHints: true,
      dataChecksums: false,
      walSegmentBytes: 16_777_216,
    });
  });
  it('is refused when a line that decides is missing, instead of being guessed', () => {
    expect(() => parseControlData(CONTROL.replace(/^Database cluster state.*\n/m, ''))).toThrow('Database cluster state');
  });
});

describe('what systemd says of a service', () => {
  it('is read in any order, also of a unit that does not exist', () => {
    expect(parseService('UnitFileState=\nActiveState=inactive\nLoadState=not-found\n')).toEqual({
      load: 'not-found',
      active: 'inactive',
      enabled: '',
    });
  });
  it('is refused when it is something else', () => {
    expect(() => parseService('Failed to connect to bus')).toThrow('LoadState');
  });
});
