import { describe, expect, it } from 'vitest';
import { type Message, type Part, plain } from '../../src/core/message.ts';
import type { Journal, Run } from '../../src/core/run.ts';
import { runCard } from '../../src/runs/run-card.ts';
import { runsCard } from '../../src/runs/runs-card.ts';
import { runOf } from '../support/run-of.ts';

const NOW = 1_800_000_060_000;

/** The message as a person on a phone reads it: sign and text, one line each. */
function read(parts: readonly Part[]): readonly string[] {
  return parts.map(readPart);
}

function readPart(part: Part): string {
  if ('title' in part) return `# ${part.sign ?? ''} ${plain(part.title)}`;
  if ('note' in part) return `(${plain(part.note)})`;
  if ('buttons' in part) return `<${part.buttons.map(({ label }) => label).join(' | ')}>`;
  if (!('line' in part)) return '---';
  return `${part.indent ? '  ' : ''}${part.sign ? `[${part.sign}] ` : ''}${plain(part.line)}`;
}

function card(changes: Partial<Run>, journal: Journal = {}): Message {
  return runCard({ run: runOf(changes), journal, nowMs: NOW });
}

const begun: Journal = {
  checkpoint: { mark: 'done', startedAtMs: NOW - 9000, endedAtMs: NOW - 8200 },
  switchover: {
    mark: 'started',
    startedAtMs: NOW - 8200,
    note: 'pg1 is still stopping',
    lines: ['waiting for the shutdown checkpoint'],
  },
};

describe('the card of a run', () => {
  it('shows who asks, why, what is wrong first, what would be done, how long and how many votes', () => {
    const { plan } = runOf();
    const checks: Run['plan']['checks'] = [
      ...plan.checks,
      { id: 'lag', verdict: 'warn', says: 'pg2 replays 3.1 MiB behind', limit: '10 MiB', hint: 'Wait a moment.' },
    ];
    const message = runCard({
      run: runOf({ reason: 'kernel update', plan: { ...plan, checks, notes: ['pg2 is the sync standby'] } }),
      journal: {},
      nowMs: NOW,
      approvers: { users: ['U1', 'U2'], groups: [] },
    });
    expect(read(message.parts)).toEqual([
      '# waiting Waiting for approval: Move the leader of billing from pg1 to pg2',
      'Asked by @U0ASKER: kernel update · run r4k2m9xq',
      '[warn] Warning: pg2 replays 3.1 MiB behind (limit 10 MiB)',
      '  Wait a moment.',
      '[ok] 1 check passed',
      'Risk: interrupts writes for some seconds',
      'pg2 is the sync standby',
      '[waiting] 1. Checkpoint pg1',
      '[waiting] 2. Switch over pg1 -> pg2',
      '[waiting] 3. Wait for pg1 to stream',
      '0 of 1 approvals by other people · lapses 2096-10-02T07:06:40Z',
      '(Can approve: @U1, @U2)',
      '<Approve | Deny | Withdraw>',
      expect.stringMatching(/^\(Plan [0-9a-f]{12}\)$/),
    ]);
    expect(message.thread?.length).toBe(4);
  });

  it('gives its buttons the id of the run and nothing else', () => {
    const buttons = card({}).parts.flatMap((part) => ('buttons' in part ? part.buttons : []));
    expect(buttons.map(({ action, value }) => [action, value])).toEqual([
      ['approve', 'r4k2m9xq'],
      ['deny', 'r4k2m9xq'],
      ['withdraw', 'r4k2m9xq'],
    ]);
  });

  it('has no buttons once the time has passed, even when nobody wrote that down', () => {
    const lines = read(card({ expiresAtMs: NOW }).parts);
    expect(lines[0]).toMatch(/Expired, not run/);
    expect(lines.join()).not.toContain('Approve');
    expect(lines).toContain('Why: it was not approved in time');
  });

  it('shows the live steps with times and the last not-yet sentence, and the log lines in the thread', () => {
    const message = card({ state: 'running', epoch: 1 }, begun);
    expect(read(message.parts)).toEqual([
      '# busy Running: Move the leader of billing from pg1 to pg2',
      'Asked by @U0ASKER · run r4k2m9xq',
      '[done] 1. Checkpoint pg1 · 800 ms',
      '[busy] 2. Switch over pg1 -> pg2 · for 8.2 s',
      '  pg1 is still stopping',
      '[waiting] 3. Wait for pg1 to stream',
      expect.stringContaining('(Plan '),
    ]);
    expect(read(message.thread ?? [])).toContain('  waiting for the shutdown checkpoint');
  });

  it('says of a halted run what is unknown and offers to give up', () => {
    const why = "outcome unknown of 'Switch over pg1 -> pg2': pg1 leads";
    const lines = read(card({ state: 'halted', why, report: { says: why, lines: [] } }, begun).parts);
    expect(lines).toContain(why);
    expect(lines).toContain('[unknown] 2. Switch over pg1 -> pg2 · for 8.2 s');
    expect(lines).toContain('<Give up>');
  });

  it('ends with the report: what the cluster shows, durations once, the measured outage', () => {
    const report = {
      says: 'pg2 leads billing on timeline 5',
      lines: [
        { sign: 'ok' as const, text: 'pg1 streams from pg2' },
        { sign: 'info' as const, text: 'writes stopped for 2.1 s (± 50 ms), measured at 10.0.0.9:5000' },
        { sign: 'info' as const, text: 'Checkpoint pg1: 800 ms' },
      ],
    };
    const lines = read(card({ state: 'succeeded', report, startedAtMs: NOW - 9000, endedAtMs: NOW }, begun).parts);
    expect(lines[2]).toBe('pg2 leads billing on timeline 5');
    expect(lines).toContain('[info] writes stopped for 2.1 s (± 50 ms), measured at 10.0.0.9:5000');
    expect(lines.filter((line) => line.includes('800 ms'))).toHaveLength(1);
    expect(lines.at(-1)).toMatch(/took 9 s/);
  });

  it('says why a request was denied and by whom', () => {
    const votes: Run['votes'] = [{ userId: 'U1', userName: 'ann', verdict: 'deny', reason: 'backup', atMs: 1 }];
    const lines = read(card({ state: 'denied', why: 'backup', votes }).parts);
    expect(lines).toContain('Asked by @U0ASKER · denied by @U1 · run r4k2m9xq');
    expect(lines).toContain('Why: backup');
  });

  it('lists runs with state, age and asker', () => {
    const message = runsCard([runOf(), runOf({ id: 'r000002', state: 'stale', why: 'pg3 leads' })], { nowMs: NOW });
    expect(read(message.parts)).toEqual([
      '#  Runs',
      '[waiting] r4k2m9xq Waiting for approval: Move the leader of billing from pg1 to pg2 · 1 min ago by @U0ASKER',
      '[warn] r000002 Stale, not run: Move the leader of billing from pg1 to pg2 · 1 min ago by @U0ASKER · pg3 leads',
      '(One of them: /pg run ID)',
    ]);
    expect(runsCard([], { nowMs: NOW, cluster: 'shop' }).summary).toBe('No runs of shop');
  });
});
