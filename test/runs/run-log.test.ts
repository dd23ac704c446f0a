import { describe, expect, it } from 'vitest';
import { createAttempts } from '../../src/runs/attempt.ts';
import { runCard } from '../../src/runs/run-card.ts';
import { runLog } from '../../src/runs/run-log.ts';
import { engineOf } from '../support/engine-of.ts';

describe('the log of a run', () => {
  it('tells who asked, who approved, each check and each step with its time, and how it ended', async () => {
    const kept: string[] = [];
    const { needs, clock, reins } = await engineOf({ reason: 'kernel update' });
    const keepLog: typeof needs.keepLog = async (run, journal) => void kept.push(String(runLog(run, journal).content));
    await clock.drive(createAttempts({ ...needs, keepLog })('r4k2m9xq', reins));
    expect(kept).toHaveLength(1);
    const lines = kept[0]?.split('\n') ?? [];
    expect(lines[0]).toBe('run r4k2m9xq: Move the leader of billing from pg1 to pg2');
    expect(lines).toContain('2027-01-15T08:00:00.000Z asked by ola (U0ASKER): kernel update');
    expect(lines).toContain('1970-01-01T00:00:00.001Z approve by ann (U1)');
    expect(lines).toContain('  pass streams: pg2 streams');
    expect(lines.find((line) => line.includes('2. Switch over'))).toMatch(
      /^ {2}2027-01-15T08:00:00\.\d{3}Z 2\. Switch over pg1 -> pg2 \[switchover\]: done after .*: pg2 is the primary$/,
    );
    expect(lines).toContain('    did: Switched over');
    expect(lines.at(-2)).toMatch(/^ {2}\w+: |pg2 leads billing on timeline 5/);
  });

  it('and its thread tell what an act says it did, on one line, bounded, and not what an earlier attempt had done', async () => {
    const { needs, clock, reins, world, store } = await engineOf();
    needs.acts.perform = async ({ act }) => {
      if (act === 'checkpoint') return { performed: true, says: `lb1 has been told\n${'x'.repeat(900)}` };
      world.leader = 'pg2';
      world.timeline = 5;
      return { performed: false, says: 'it was asked for already' };
    };
    await clock.drive(createAttempts(needs)('r4k2m9xq', reins));
    const { run, journal } = store.now();
    const did = Object.values(journal).flatMap(({ did: said }) => said ?? []);
    expect(did).toEqual([expect.stringMatching(/^lb1 has been told x{482}$/)]);
    const thread = runCard({ run, journal, nowMs: 0 }).thread ?? [];
    const at = thread.findIndex((part) => 'line' in part && JSON.stringify(part.line).includes('What the steps say they did'));
    expect(thread[at + 1]).toEqual({ line: `1. ${did[0]}` });
    expect(String(runLog(run, journal).content)).toContain('    did: lb1 has been told');
  });

  it('shows the lines of the host of a step that halted, and what people decided', async () => {
    const kept: string[] = [];
    const { needs, clock, reins, world, store } = await engineOf();
    world.trouble = async (act) => {
      if (act === 'switchover') throw new Error('the connection was cut');
    };
    const keepLog: typeof needs.keepLog = async (run, journal) => void kept.push(String(runLog(run, journal).content));
    await clock.drive(createAttempts({ ...needs, keepLog })('r4k2m9xq', reins));
    expect(kept[0]).toContain('    | patiently waiting');
    expect(kept[0]).toMatch(/halted: outcome unknown/);
    const decisions = [
      { verb: 'skip', step: 'switchover', epoch: 1, userId: 'U1', userName: 'ann', reason: 'seen', atMs: 5 },
    ] as const;
    const { run, journal } = store.now();
    expect(runLog({ ...run, decisions: [...decisions] }, journal).content).toContain('skip switchover by ann (U1): seen');
  });
});
