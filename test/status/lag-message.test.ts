import { describe, expect, it } from 'vitest';
import { factsOf } from '../../src/status/facts.ts';
import { lagMessage, lagOverview } from '../../src/status/lag-message.ts';
import { messageLines } from '../support/message-lines.ts';
import { dead, withMember, withRow, withSql } from '../support/snapshot-changes.ts';
import { healthy, healthyStreaming, limits, LSN, MIB, notRead, primaryMember } from '../support/snapshots.ts';

const lines = (snapshot = healthy()) => messageLines(lagMessage(factsOf(snapshot, limits), []));

describe('the answer to lag', () => {
  it('gives write, flush and replay lag against the current position of the leader', () => {
    const late = withRow(healthy(), 'pg3', {
      writeLsn: LSN - 1024,
      flushLsn: LSN - 2048,
      replayLsn: LSN - 12 * MIB,
      writeLagMs: 1,
      flushLagMs: 2,
      replayLagMs: 4200,
    });
    expect(lines(late).slice(0, 4)).toEqual([
      '[warn] billing: 2 of 2 standbys stream, replay lag at most 12 MiB (4.2 s)',
      '[leader] pg2: leader, writes at 0/5000000',
      '[replica] pg1: streaming, write lag 0 B, flush lag 0 B, replay lag 0 B',
      '[warn] pg3: streaming, write lag 1 KiB (1 ms), flush lag 2 KiB (2 ms), replay lag 12 MiB (4.2 s)',
    ]);
  });
  it('shows what every slot retains', () => {
    expect(lines()).toContain('[info] slot pg1: physical, active, keeps 0 B of WAL, reserved');
  });
  it('says not streaming for a standby without a row, never 0 B', () => {
    const said = lines(withMember(healthy(), 'pg2', () => primaryMember('pg2', ['pg1'])));
    expect(said[0]).toBe('[warn] billing: 1 of 2 standbys stream, replay lag at most 0 B');
    expect(said).toContain('[bad] pg3: not streaming, received up to 0/5000000, all replayed');
  });
  it('asks the standby itself when the leader does not answer by SQL', () => {
    const silent = withMember(healthy(), 'pg2', (one) => ({ ...one, sql: notRead() }));
    const said = lines(withMember(silent, 'pg3', (one) => withSql(one, { replayLsn: LSN - MIB })));
    expect(said[0]).toBe('[unknown] billing: lag not read, pg2 does not answer by SQL');
    expect(said).toContain('[unknown] pg3: lag not known, received up to 0/5000000, 1 MiB not yet replayed');
  });
  it('says that there is no primary to compare with', () => {
    expect(lines(withMember(healthy(), 'pg2', dead))[0]).toBe('[unknown] billing: lag cannot be measured, no primary answers');
  });
  it('says that there is no picture yet', () => {
    expect(lines()).toContain('(No picture: Trunkline has no samples of the last minutes.)');
  });
  it('is one line each for all clusters', () => {
    expect(messageLines(lagOverview([healthyStreaming(), healthy()].map((one) => factsOf(one, limits)))).slice(1, 3)).toEqual([
      '[ok] billing: 2 of 2 standbys stream, replay lag at most 0 B',
      '[ok] reports: 1 of 1 standbys stream, replay lag at most 0 B',
    ]);
  });
});
